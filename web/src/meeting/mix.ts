/**
 * One picture for all: where the server mixes the meeting into one track, a weak machine can receive that one instead of
 * everybody's. What is not looked at is not received; the voices stay as they are.
 */
import { type RemoteParticipant, type RemoteTrackPublication, type Room, RoomEvent, Track } from 'livekit-client';
import { isMixer } from './people';

export interface MixState {
  /** Whether there is a mixed picture to receive. */
  there: boolean;
  /** The mixed picture is shown, and nothing else. */
  on: boolean;
  participant?: RemoteParticipant;
  publication?: RemoteTrackPublication;
}

export class Mix {
  private wanted = false;
  private state: MixState = { there: false, on: false };
  private listeners = new Set<() => void>();

  constructor(private readonly room: Room) {
    room
      .on(RoomEvent.Connected, this.look)
      .on(RoomEvent.Reconnected, this.look)
      .on(RoomEvent.ParticipantConnected, this.look)
      .on(RoomEvent.ParticipantDisconnected, this.look)
      .on(RoomEvent.TrackPublished, this.look)
      .on(RoomEvent.TrackUnpublished, this.look)
      .on(RoomEvent.TrackSubscribed, this.look)
      .on(RoomEvent.TrackUnsubscribed, this.look);
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly snapshot = (): MixState => this.state;

  readonly want = (wanted: boolean): void => {
    this.wanted = wanted;
    this.look();
  };

  private readonly look = (): void => {
    const others = [...this.room.remoteParticipants.values()];
    const participant = others.find(isMixer);
    const publication = participant && [...participant.trackPublications.values()].find(({ kind }) => kind === Track.Kind.Video);
    const there = publication !== undefined && publication.permissionStatus !== 'not_allowed';
    const on = there && this.wanted;
    for (const one of others) {
      for (const sent of one.trackPublications.values()) {
        const needed = isMixer(one) === on;
        if (sent.kind === Track.Kind.Video && sent.isDesired !== needed) sent.setSubscribed(needed);
      }
    }
    this.state = { there, on, ...(participant && publication ? { participant, publication } : {}) };
    for (const listener of this.listeners) listener();
  };
}
