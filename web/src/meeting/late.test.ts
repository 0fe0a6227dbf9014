import { EventEmitter } from 'node:events';
import { RoomEvent } from 'livekit-client';
import { beforeEach, expect, it, vi } from 'vitest';
import { sendLate } from './late';

type Connection = Parameters<typeof sendLate>[0];

vi.mock('./room', () => ({ localTracks: (...tracks: unknown[]) => tracks.slice(0, 2).filter(Boolean) }));

let watcher: (() => void) | null;
let published: Set<string>;
let room: EventEmitter;
const unpublishTrack = vi.fn(async () => undefined);
const publish = vi.fn(async () => undefined);
const stopped = vi.fn();
const track = (source: string) => ({ source, stop: () => stopped(source) }) as unknown as MediaStreamTrack;
const late = () => Promise.resolve({ camera: track('camera'), microphone: track('microphone') });

beforeEach(() => {
  watcher = null;
  published = new Set();
  publish.mockClear();
  stopped.mockClear();
});

function connection(): Connection & { phase: Connection['phase'] } {
  const subscribe = (told: () => void) => {
    watcher = told;
    return () => {
      watcher = null;
    };
  };
  const localParticipant = { getTrackPublication: (source: string) => (published.has(source) ? {} : undefined), unpublishTrack };
  room = Object.assign(new EventEmitter(), { localParticipant });
  return { phase: { kind: 'joining' }, participation: {}, room, sender: { publish }, subscribe } as unknown as Connection;
}

it('what comes late is sent once the person is in', async () => {
  const mine = connection();
  const sending = sendLate(mine, late());
  await vi.waitUntil(() => watcher);
  mine.phase = { kind: 'reconnecting' };
  watcher?.();
  expect(publish).not.toHaveBeenCalled();
  mine.phase = { kind: 'live' };
  watcher?.();
  await sending;
  expect(publish).toHaveBeenCalledWith([expect.objectContaining({ source: 'camera' }), expect.objectContaining({ source: 'microphone' })]);
});

it('what the person has opened in the meeting meanwhile is not sent twice', async () => {
  const mine = connection();
  mine.phase = { kind: 'live' };
  published.add('camera');
  await sendLate(mine, late());
  expect(publish).toHaveBeenCalledWith([expect.objectContaining({ source: 'microphone' })]);
  expect(stopped.mock.calls).toEqual([['camera']]);
});

it('what the person opens in the meeting while the late one is sent takes its place', async () => {
  const mine = connection();
  mine.phase = { kind: 'live' };
  const given = await late();
  await sendLate(mine, Promise.resolve(given));
  room.emit(RoomEvent.LocalTrackPublished, { source: 'camera', track: given.camera });
  expect(stopped).not.toHaveBeenCalled();
  room.emit(RoomEvent.LocalTrackPublished, { source: 'camera', track: track('camera') });
  expect([stopped.mock.calls, unpublishTrack.mock.calls]).toEqual([[['camera']], [[given.camera]]]);
});

it('who has left meanwhile is not filmed', async () => {
  const mine = connection();
  mine.phase = { kind: 'over', why: 'left' };
  await sendLate(mine, late());
  expect(publish).not.toHaveBeenCalled();
  expect(stopped.mock.calls).toEqual([['camera'], ['microphone']]);
});
