import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Participation } from '../shared/api.types';
import { captureLimits } from './limits';
import { Podium } from './podium';
import { quietState, StateReader } from './state';

const participation = { session_id: 's#1', participant_token: 'secret', mode: 0 } as Participation;
const answer = vi.fn<() => Promise<Response>>();
const ok = (locked: boolean) => Promise.resolve(Response.json({ state: { ...quietState(0), locked } }));

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('fetch', answer);
  answer.mockReset();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it('many changes at once are read once', async () => {
  answer.mockImplementation(() => ok(true));
  const reader = new StateReader();
  reader.attach(participation);
  await vi.advanceTimersByTimeAsync(0);
  expect([answer.mock.calls.length, reader.snapshot().locked]).toEqual([1, true]);
  for (let count = 0; count < 10; count += 1) reader.changed();
  await vi.advanceTimersByTimeAsync(1000);
  expect(answer).toHaveBeenCalledTimes(2);
});

it('a change that comes while it reads is read after', async () => {
  answer.mockImplementationOnce(() => new Promise((resolve) => setTimeout(() => void ok(false).then(resolve), 2000)));
  answer.mockImplementation(() => ok(true));
  const reader = new StateReader();
  reader.attach(participation);
  reader.changed();
  await vi.advanceTimersByTimeAsync(2100);
  expect([answer.mock.calls.length, reader.snapshot().locked]).toEqual([2, true]);
});

it('a failed reading is made again, and not for ever', async () => {
  answer.mockImplementation(() => Promise.reject(new Error('away')));
  const reader = new StateReader();
  reader.attach(participation);
  await vi.advanceTimersByTimeAsync(120_000);
  expect(answer).toHaveBeenCalledTimes(6);
});

it('who has said yes to an invitation is not asked again when the place is there', () => {
  const podium = new Podium();
  podium.invited(30, 1000);
  expect(podium.call).toEqual({ kind: 'invited', until: 31_000 });
  podium.agreed({ microphone: true, camera: false });
  podium.lapsed();
  podium.placed();
  expect([podium.call, podium.wish]).toEqual([null, { microphone: true, camera: false }]);
});

it('what has its answer is not asked again by a state that was read before the answer', () => {
  const podium = new Podium();
  podium.stillInvited(30, 1000);
  expect(podium.call).toEqual({ kind: 'invited', until: 31_000 });
  podium.declined();
  podium.stillInvited(30);
  expect(podium.call).toBeNull();
  podium.invited(30);
  podium.agreed({ microphone: true, camera: true });
  podium.stillInvited(30);
  expect([podium.call, podium.wish]).toEqual([null, { microphone: true, camera: true }]);
  podium.lapsed();
  podium.stillInvited(30);
  expect(podium.call?.kind).toBe('invited');
});

it('a place that comes unasked is asked about, and an old invitation does not take the question away', () => {
  const podium = new Podium();
  podium.placed();
  podium.lapsed();
  expect(podium.call).toEqual({ kind: 'placed' });
  podium.done();
  expect(podium.call).toBeNull();
});

it('pictures are never larger or more frequent than the conference allows, nor than we take by ourselves', () => {
  const limits = (video_quality: '180p' | '1080p', video: number, screen: number) => captureLimits({ video_quality, framerate_video_limit: video, framerate_ds_limit: screen });
  expect(limits('180p', 10, 5)).toEqual({ camera: { width: 320, height: 180, frameRate: 10 }, screen: { width: 320, height: 180, frameRate: 5 } });
  expect(limits('1080p', 60, 60)).toEqual({ camera: { width: 1280, height: 720, frameRate: 30 }, screen: { width: 1920, height: 1080, frameRate: 60 } });
  expect(captureLimits(null).camera).toEqual({ width: 1280, height: 720, frameRate: 30 });
});
