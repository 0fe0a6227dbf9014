/** Opens camera and microphone for somebody who did not come through the device check. */
import { audioConstraints, readTaste, videoConstraints } from '../shared/devices';
import type { Choices } from '../shared/handover';

export interface Opened {
  camera: MediaStreamTrack | null;
  microphone: MediaStreamTrack | null;
}

/** Never rejects: what is not allowed or not there is null. */
export async function openDevices(wish: Pick<Choices, 'camera' | 'microphone'>): Promise<Opened> {
  const media = navigator.mediaDevices;
  if (!media?.getUserMedia) return { camera: null, microphone: null };
  const taste = readTaste();
  const video = wish.camera && videoConstraints(taste.cameraId);
  const audio = wish.microphone && audioConstraints(taste.microphoneId);
  const one = async (constraints: MediaStreamConstraints) => {
    const stream = await media.getUserMedia(constraints).catch(() => null);
    return stream?.getTracks() ?? [];
  };
  let tracks: MediaStreamTrack[] = [];
  if (video && audio) tracks = await one({ video, audio });
  if (tracks.length === 0 && video) tracks.push(...(await one({ video })));
  if (audio && !tracks.some((track) => track.kind === 'audio')) tracks.push(...(await one({ audio })));
  return {
    camera: tracks.find((track) => track.kind === 'video') ?? null,
    microphone: tracks.find((track) => track.kind === 'audio') ?? null,
  };
}

export function stopAll({ camera, microphone }: Opened): void {
  camera?.stop();
  microphone?.stop();
}
