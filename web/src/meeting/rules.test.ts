import { describe, expect, it } from 'vitest';
import type { ChatMessage } from '../shared/api.types';
import { ApiError } from '../shared/http';
import { loudness } from '../shared/loudness';
import { backOff } from './backOff';
import { exceeded, merge } from './chat';
import { directEntry } from './direct';
import { linkParts } from './links';
import { rates, type Totals } from './quality';
import { kept, zoomed } from './useZoom';

const message = (id: string, time: number): ChatMessage => ({ id, time, from_id: 'a', from_display_name: 'A', to_id: null, message: id, file: null });

it('messages come once and in order, however they arrive', () => {
  const first = merge([], [message('1', 10), message('2', 20)]);
  expect(merge(first, [message('2', 20), message('0', 5)]).map((one) => one.id)).toEqual(['0', '1', '2']);
});

it('takes the limit of a file from the server’s own words', () => {
  expect(exceeded(new ApiError('requestTooLarge', 413, 'The request body is larger than 52428800 bytes.'))).toBe(52_428_800);
  expect(exceeded(new ApiError('forbidden', 403, 'No more than 5.'))).toBeUndefined();
  expect(exceeded(new ApiError('requestTooLarge', 413))).toBeUndefined();
});

describe('links in messages', () => {
  it('ends an address before the sentence’s own signs', () => {
    expect(linkParts('See https://example.org/a?b=1, please.')).toEqual([
      { at: 0, text: 'See ' },
      { at: 4, text: 'https://example.org/a?b=1', url: 'https://example.org/a?b=1' },
      { at: 29, text: ', please.' },
    ]);
  });

  it('makes no link of other schemes', () => {
    for (const text of ['javascript:alert(1)', 'data:text/html,x', 'https://', 'plain']) {
      expect(linkParts(text).every((part) => part.url === undefined)).toBe(true);
    }
  });
});

describe('quality figures', () => {
  const before: Totals = { at: 0, bytesIn: 1000, bytesOut: 2000, framesSent: 10, width: 640, height: 360 };

  it('are rates per second', () => {
    const after = { ...before, at: 10_000, bytesIn: 126_000, bytesOut: 252_000, framesSent: 310 };
    expect(rates(before, after)).toEqual({ fps_sent: 30, bitrate_in: 100, bitrate_out: 200, video_w: 640, video_h: 360 });
  });

  it('start from nothing after a reconnect', () => {
    const after = { ...before, at: 1000, bytesIn: 500, bytesOut: 0, framesSent: 5 };
    expect(rates(before, after)).toMatchObject({ fps_sent: 5, bitrate_in: 4, bitrate_out: 0 });
  });
});

it('reads the credentials behind the # of an embedding page', () => {
  expect(directEntry('#login=*guest*Ada%20L&token=x&lang=ru')).toEqual({ guest: 'Ada L', token: 'x' });
  expect(directEntry('#login=ada&token=secret')).toEqual({ guest: null, token: 'secret' });
  expect(directEntry('#lang=ru')).toBeNull();
});

it('waits longer after each attempt, five seconds at most', () => {
  const waits = Array.from({ length: 12 }, (_, attempt) => backOff(attempt, 0.5));
  expect(waits[0]).toBe(300);
  expect(waits.toSorted((a, b) => a - b)).toEqual(waits);
  expect(waits.at(-1)).toBe(5000);
});

it('zooms around the fingers and never shows the outside', () => {
  const box = { width: 400, height: 300 };
  const near = zoomed({ scale: 1, x: 0, y: 0 }, 2, { x: 200, y: 150 }, box);
  expect(near).toEqual({ scale: 2, x: -200, y: -150 });
  expect(kept({ scale: 2, x: 50, y: -900 }, box)).toEqual({ scale: 2, x: 0, y: -300 });
  expect(zoomed(near, 0.1, { x: 0, y: 0 }, box)).toEqual({ scale: 1, x: 0, y: 0 });
});

it('tells silence from a voice', () => {
  expect(loudness(new Float32Array(512))).toBe(0);
  expect(loudness(new Float32Array(512).fill(0.1))).toBeGreaterThan(0.5);
});
