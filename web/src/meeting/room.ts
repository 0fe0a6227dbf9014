/** How our rooms are set up, and how local tracks get into them. */
import {
  type LocalTrack,
  LocalAudioTrack,
  LocalVideoTrack,
  type ReconnectContext,
  type ReconnectPolicy,
  Room,
  RoomEvent,
  Track,
  VideoPresets,
} from 'livekit-client';
import type { Participation } from '../shared/api.types';
import { audioConstraints, readTaste, videoConstraints } from '../shared/devices';
import { captureLimits } from './limits';

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
export function localTracks(camera: MediaStreamTrack | null, microphone: MediaStreamTrack | null, participation: Participation): LocalTrack[] {
  const taste = readTaste();
  const tracks: LocalTrack[] = [];
  if (microphone) {
    const track = new LocalAudioTrack(microphone, audioConstraints(taste.microphoneId), false);
    track.source = Track.Source.Microphone;
    tracks.push(track);
  }
  if (camera) {
    const track = new LocalVideoTrack(camera, videoConstraints(taste.cameraId, captureLimits(participation.restrictions).camera), false);
    track.source = Track.Source.Camera;
    tracks.push(track);
  }
  return tracks;
}

/** Whether a track from the device check may be sent at once. */
export function mayPublish(track: LocalTrack, participation: Participation | null): boolean {
  const rights = participation?.rights;
  if (track.source === Track.Source.Camera) return Boolean(rights?.video_send) && !participation?.on_join_mute_camera;
  if (track.source === Track.Source.Microphone) return Boolean(rights?.audio_send) && !participation?.on_join_mute_mic;
  return Boolean(rights?.desktop_sharing);
}

/** Waits until the engine lets this person send from a source; it learns that a moment after the page does. */
export function whenAllowed(room: Room, source: Track.Source, milliseconds = 5000): Promise<void> {
  const allowed = () => {
    const { canPublish, canPublishSources = [] } = room.localParticipant.permissions ?? {};
    return canPublish === true && (canPublishSources.length === 0 || canPublishSources.includes(Track.sourceToProto(source)));
  };
  if (allowed()) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const end = (how: () => void) => {
      clearTimeout(timer);
      room.off(RoomEvent.ParticipantPermissionsChanged, look);
      how();
    };
    const look = () => {
      if (allowed()) end(resolve);
    };
    const timer = setTimeout(() => end(() => reject(new Error('not allowed in time'))), milliseconds);
    room.on(RoomEvent.ParticipantPermissionsChanged, look);
  });
}
