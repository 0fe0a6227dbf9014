/** How our rooms are set up, and how local tracks get into them. */
import {
  type LocalTrack,
  LocalAudioTrack,
  LocalVideoTrack,
  type ReconnectContext,
  type ReconnectPolicy,
  Room,
  Track,
  VideoPresets,
} from 'livekit-client';
import { audioConstraints, readTaste, videoConstraints } from '../shared/devices';

/** Milliseconds before each of livekit-client's own attempts; after the last one we join anew. */
const ATTEMPTS = [0, 300, 700, 1200, 2000, 3000];

class QuickReconnects implements ReconnectPolicy {
  nextRetryDelayInMs({ retryCount }: ReconnectContext): number | null {
    const delay = ATTEMPTS[retryCount];
    return delay === undefined ? null : delay * (0.75 + Math.random() / 2);
  }
}

/** A room that sends several qualities, receives what its tiles can show, and keeps devices open over a reconnect. */
export function newRoom(): Room {
  const taste = readTaste();
  return new Room({
    adaptiveStream: true,
    dynacast: true,
    stopLocalTrackOnUnpublish: false,
    reconnectPolicy: new QuickReconnects(),
    videoCaptureDefaults: {
      resolution: VideoPresets.h720.resolution,
      ...(taste.cameraId ? { deviceId: { ideal: taste.cameraId } } : {}),
    },
    audioCaptureDefaults: {
      echoCancellation: true,
      noiseSuppression: true,
      autoGainControl: true,
      ...(taste.microphoneId ? { deviceId: { ideal: taste.microphoneId } } : {}),
    },
    publishDefaults: { simulcast: true },
    ...(taste.speakerId ? { audioOutput: { deviceId: taste.speakerId } } : {}),
  });
}

/** Makes publishable tracks of the ones that the device check opened; devices are not opened a second time. */
export function localTracks(camera: MediaStreamTrack | null, microphone: MediaStreamTrack | null): LocalTrack[] {
  const taste = readTaste();
  const tracks: LocalTrack[] = [];
  if (microphone) {
    const track = new LocalAudioTrack(microphone, audioConstraints(taste.microphoneId), false);
    track.source = Track.Source.Microphone;
    tracks.push(track);
  }
  if (camera) {
    const track = new LocalVideoTrack(camera, videoConstraints(taste.cameraId), false);
    track.source = Track.Source.Camera;
    tracks.push(track);
  }
  return tracks;
}
