/** Devices that the device check was still opening when the person joined: sent when they come. */
import { type LocalTrack, type Room, RoomEvent, Track } from 'livekit-client';
import type { OpenTracks } from '../shared/handover';
import type { MeetingConnection } from './connection';
import { stopAll } from './open';
import { localTracks } from './room';

type Connection = Pick<MeetingConnection, 'phase' | 'participation' | 'room' | 'sender' | 'subscribe'>;

/** Whoever has left meanwhile, or has opened a device in the meeting, needs the late one no more. */
export async function sendLate(connection: Connection, late: Promise<OpenTracks>): Promise<void> {
  const opened = await late;
  await settled(connection);
  const { participation, phase, room, sender } = connection;
  if (!participation || phase.kind !== 'live') return stopAll(opened);
  const needed = (track: MediaStreamTrack | null, source: Track.Source) => {
    if (!track || !room.localParticipant.getTrackPublication(source)) return track;
    track.stop();
    return null;
  };
  const tracks = localTracks(needed(opened.camera, Track.Source.Camera), needed(opened.microphone, Track.Source.Microphone), participation);
  if (tracks.length === 0) return;
  giveWay(room, tracks);
  await sender.publish(tracks);
}

/** What the person opens in the meeting, while the browser asks about both, stays: of two cameras one could not be closed. */
function giveWay(room: Room, mine: LocalTrack[]): void {
  room.on(RoomEvent.LocalTrackPublished, ({ source, track }) => {
    if (!track || mine.includes(track)) return;
    for (const one of mine) {
      if (one.source !== source) continue;
      one.stop();
      void room.localParticipant.unpublishTrack(one).catch(() => undefined);
    }
  });
}

/** Ends when the person is in, or it is clear that they do not come in. */
function settled(connection: Connection): Promise<void> {
  const isSettled = () => connection.phase.kind !== 'joining' && connection.phase.kind !== 'reconnecting';
  if (isSettled()) return Promise.resolve();
  return new Promise((resolve) => {
    const stop = connection.subscribe(() => {
      if (!isSettled()) return;
      stop();
      resolve();
    });
  });
}
