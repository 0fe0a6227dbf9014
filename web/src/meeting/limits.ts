/** How large and how often pictures are taken: our own measure, and less where the conference asks for less. */
import { type LocalTrack, LocalVideoTrack, type Room, Track } from 'livekit-client';
import type { Restrictions } from '../shared/api.types';
import { CAMERA, type Capture, readTaste } from '../shared/devices';

const SCREEN: Capture = { width: 1920, height: 1080, frameRate: 15 };

/** What camera and screen may be at most. */
export function captureLimits(restrictions: Restrictions | null | undefined): { camera: Capture; screen: Capture } {
  if (!restrictions) return { camera: CAMERA, screen: SCREEN };
  const height = Number.parseInt(restrictions.video_quality, 10);
  const within = (most: Capture, rate: number): Capture => ({
    height: Math.min(most.height, height),
    width: Math.round((Math.min(most.height, height) * 16) / 9),
    frameRate: Math.min(most.frameRate, rate),
  });
  return { camera: within(CAMERA, restrictions.framerate_video_limit), screen: within({ ...SCREEN, frameRate: 60 }, restrictions.framerate_ds_limit) };
}

/** From now on cameras of this room are opened within the limits. */
export function limitCamera(room: Room, restrictions: Restrictions | null | undefined): void {
  const { cameraId } = readTaste();
  room.options.videoCaptureDefaults = {
    resolution: captureLimits(restrictions).camera,
    ...(cameraId ? { deviceId: { ideal: cameraId } } : {}),
  };
}

/** Brings a camera or screen that is open already within the limits; without limits it stays as it is. */
export async function keepWithin(track: LocalTrack, restrictions: Restrictions | null | undefined): Promise<void> {
  if (!restrictions || !(track instanceof LocalVideoTrack)) return;
  const limits = captureLimits(restrictions);
  const { width, height, frameRate } = track.source === Track.Source.ScreenShare ? limits.screen : limits.camera;
  await track.mediaStreamTrack
    .applyConstraints({ width: { ideal: width, max: width }, height: { ideal: height, max: height }, frameRate: { ideal: frameRate, max: frameRate } })
    .catch(() => undefined);
}
