/**
 * Who may receive what we send. In a conference where some may hear but not see (or the other way round), every browser
 * tells the engine for whom its tracks are, and the engine holds them back from all others, whatever those ask for.
 */
import { type ParticipantTrackPermission, type Room, RoomEvent, Track } from 'livekit-client';

export interface Sent {
  sid: string;
  kind: Track.Kind;
}

/** Which of our tracks one participant gets; `receives` is `audio`, `video`, or nothing where it is both. */
export function permission(identity: string, receives: string | undefined, sent: readonly Sent[]): ParticipantTrackPermission {
  if (!receives) return { participantIdentity: identity, allowAll: true };
  const allowed = sent.filter(({ kind }) => kind === receives).map(({ sid }) => sid);
  return { participantIdentity: identity, allowAll: false, allowedTrackSids: allowed };
}

export class Receivers {
  private selective = false;

  constructor(private readonly room: Room) {
    room
      .on(RoomEvent.Reconnected, this.tell)
      .on(RoomEvent.ParticipantConnected, this.tell)
      .on(RoomEvent.ParticipantAttributesChanged, this.tell)
      .on(RoomEvent.LocalTrackPublished, this.tell);
  }

  /** Once connected, before anything is sent: until then nobody is allowed. */
  start(selective: boolean): void {
    this.selective = selective;
    this.tell();
  }

  private readonly tell = (): void => {
    if (!this.selective) return;
    const { localParticipant, remoteParticipants } = this.room;
    const sent = [...localParticipant.trackPublications.values()].map(({ trackSid, kind }) => ({ sid: trackSid, kind }));
    const others = [...remoteParticipants.values()];
    localParticipant.setTrackSubscriptionPermissions(
      false,
      others.map(({ identity, attributes }) => permission(identity, attributes['receives'], sent)),
    );
  };
}
