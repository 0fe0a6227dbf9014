/**
 * Who may receive what we send. In a conference where some may hear but not see (or the other way round), every browser
 * tells the engine for whom its tracks are, and the engine holds them back from all others, whatever those ask for.
 * The listeners of a lecture send to its hosts only.
 */
import { type ParticipantTrackPermission, type Room, RoomEvent, Track } from 'livekit-client';
import type { Participation } from '../shared/api.types';

export interface Sent {
  sid: string;
  kind: Track.Kind;
}

/** The hidden participant that records: it gets all that is sent, whoever else may not. */
export const PRODUCER = '#producer';

export interface Other {
  identity: string;
  attributes: Readonly<Record<string, string>>;
}

type Place = Pick<Participation, 'selective' | 'mode' | 'role'>;

/** Which of our tracks one participant gets; `receives` is `audio`, `video`, or nothing where it is both. */
export function permission(identity: string, receives: string | undefined, sent: readonly Sent[]): ParticipantTrackPermission {
  if (!receives) return { participantIdentity: identity, allowAll: true };
  const allowed = sent.filter(({ kind }) => kind === receives).map(({ sid }) => sid);
  return { participantIdentity: identity, allowAll: false, allowedTrackSids: allowed };
}

/** Whether somebody with this role gets anything of what `mine` sends. */
export function reaches(mine: Pick<Place, 'mode' | 'role'>, role: string | undefined): boolean {
  return mine.mode !== 1 || mine.role === 2 || role === '2';
}

/** For whom our tracks are. The producer is always named, so that it gets them whenever it comes. */
export function permissions(place: Pick<Place, 'mode' | 'role'>, others: readonly Other[], sent: readonly Sent[]): ParticipantTrackPermission[] {
  const people = others.filter(({ identity, attributes }) => identity !== PRODUCER && reaches(place, attributes['role']));
  return [permission(PRODUCER, undefined, sent), ...people.map(({ identity, attributes }) => permission(identity, attributes['receives'], sent))];
}

export class Receivers {
  private place: Place | null = null;
  private limited = false;

  constructor(private readonly room: Room) {
    room
      .on(RoomEvent.Reconnected, this.tell)
      .on(RoomEvent.ParticipantConnected, this.tell)
      .on(RoomEvent.ParticipantAttributesChanged, this.tell)
      .on(RoomEvent.LocalTrackPublished, this.tell);
  }

  /** Once connected, before anything is sent, and after a change of the own role: until then nobody is allowed. */
  start(place: Place): void {
    this.place = place;
    this.tell();
  }

  private readonly tell = (): void => {
    const { place } = this;
    if (!place) return;
    const { localParticipant, remoteParticipants } = this.room;
    if (!place.selective && reaches(place, undefined)) {
      // A listener who has become a host is for everybody again.
      if (this.limited) localParticipant.setTrackSubscriptionPermissions(true);
      this.limited = false;
      return;
    }
    this.limited = true;
    const sent = [...localParticipant.trackPublications.values()].map(({ trackSid, kind }) => ({ sid: trackSid, kind }));
    localParticipant.setTrackSubscriptionPermissions(false, permissions(place, [...remoteParticipants.values()], sent));
  };
}
