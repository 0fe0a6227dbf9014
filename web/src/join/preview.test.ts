import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Preview } from './preview';

class FakeTrack {
  readyState = 'live';
  constructor(readonly kind: 'video' | 'audio') {}
  addEventListener(): void {}
  stop(): void {
    this.readyState = 'ended';
  }
}

class FakeStream {
  readonly tracks: FakeTrack[];
  constructor(wanted: MediaStreamConstraints) {
    this.tracks = (['video', 'audio'] as const).filter((kind) => wanted[kind]).map((kind) => new FakeTrack(kind));
  }
  getTracks = () => this.tracks;
  getVideoTracks = () => this.tracks.filter((track) => track.kind === 'video');
  getAudioTracks = () => this.tracks.filter((track) => track.kind === 'audio');
}

/** The browser's questions to the person that have no answer yet. */
let questions: { wanted: MediaStreamConstraints; yes: () => FakeStream; no: () => void }[] = [];
let taste = {};

beforeEach(() => {
  questions = [];
  taste = {};
  const getUserMedia = (wanted: MediaStreamConstraints) =>
    new Promise((resolve, reject) => {
      const yes = () => {
        const stream = new FakeStream(wanted);
        resolve(stream);
        return stream;
      };
      questions.push({ wanted, yes, no: () => reject(new DOMException('no', 'NotAllowedError')) });
    });
  vi.stubGlobal('localStorage', { getItem: () => JSON.stringify(taste), setItem: (_key: string, value: string) => (taste = JSON.parse(value)) });
  vi.stubGlobal('navigator', { mediaDevices: { getUserMedia, enumerateDevices: async () => [], addEventListener: () => {}, removeEventListener: () => {} } });
});
afterEach(() => vi.unstubAllGlobals());

it('what is still being opened when the person joins is wanted, and comes later', async () => {
  const preview = new Preview();
  void preview.start();
  expect([preview.wants('camera'), preview.wants('microphone')]).toEqual([true, true]);
  const { camera, microphone, late } = preview.release();
  preview.stop();
  expect([camera, microphone]).toEqual([null, null]);
  const tracks = questions[0]?.yes().tracks;
  expect(await late).toEqual({ camera: tracks?.[0], microphone: tracks?.[1] });
  expect(tracks?.map((track) => track.readyState)).toEqual(['live', 'live']);
});

it('what the person has off, or may not use, is not wanted', async () => {
  taste = { camera: false };
  const preview = new Preview();
  const opening = preview.start();
  expect([preview.wants('camera'), preview.wants('microphone')]).toEqual([false, true]);
  questions[0]?.no();
  await opening;
  expect([preview.wants('camera'), preview.wants('microphone'), preview.release().late]).toEqual([false, false, undefined]);
});

it('open devices are given at once, a further one when it comes', async () => {
  taste = { camera: false };
  const preview = new Preview();
  const opening = preview.start();
  questions[0]?.yes();
  await opening;
  void preview.turn('camera', true);
  const { camera, microphone, late } = preview.release();
  preview.stop();
  expect([camera, microphone?.kind]).toEqual([null, 'audio']);
  questions[1]?.yes();
  expect(await late).toMatchObject({ camera: { kind: 'video', readyState: 'live' }, microphone: null });
});

it('a device check that ends without a meeting closes what comes late', async () => {
  const preview = new Preview();
  const opening = preview.start();
  preview.stop();
  const tracks = questions[0]?.yes().tracks;
  await opening;
  expect(tracks?.map((track) => track.readyState)).toEqual(['ended', 'ended']);
});
