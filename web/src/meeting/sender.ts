/** What this person sends: publishing, coming back with the same devices, and stopping what is not allowed any more. */
import { type LocalTrack, type LocalTrackPublication, type Participant, type Room, RoomEvent, Track, TrackEvent, type TrackPublication } from 'livekit-client';
import type { Participation, Source } from '../shared/api.types';
import { keepWithin } from './limits';
import { mayPublish } from './room';

const AGAIN_AFTER = 500;

export class Sender {
  /** The own picture from the device check, to show before it is published. */
  early: MediaStreamTrack | null = null;
  participation: Participation | null = null;
  private retained = new Set<LocalTrack>();
  private released = false;

  constructor(
    private readonly room: Room,
    private readonly changed: () => void,
    /** False while the connection is away: what is unpublished then is wanted again afterwards. */
    private readonly isLive: () => boolean,
  ) {
    room
      .on(RoomEvent.LocalTrackPublished, this.onPublished)
      .on(RoomEvent.LocalTrackUnpublished, this.onUnpublished)
      .on(RoomEvent.TrackMuted, this.onMuted);
  }

  /** The tracks to publish again after the connection was lost. */
  get kept(): LocalTrack[] {
    return [...this.retained].filter((track) => track.mediaStreamTrack.readyState === 'live' || track.isMuted);
  }

  /** Takes open tracks before they can be sent: whatever comes, they are closed at the end. */
  hold(tracks: LocalTrack[]): void {
    for (const track of tracks) this.retained.add(track);
    this.showEarly(tracks);
  }

  showEarly(tracks: LocalTrack[]): void {
    const camera = tracks.find((track) => track.source === Track.Source.Camera);
    this.early = camera && mayPublish(camera, this.participation) ? camera.mediaStreamTrack : null;
    this.changed();
  }

  /** Publishes what may be sent and closes the rest. */
  async publish(tracks: LocalTrack[]): Promise<void> {
    const wanted = tracks.filter((track) => {
      const allowed = mayPublish(track, this.participation);
      if (!allowed) {
        track.stop();
        this.retained.delete(track);
      }
      return allowed;
    });
    for (const track of wanted) this.retained.add(track);
    this.showEarly(wanted);
    await Promise.all(wanted.map((track) => this.send(track)));
    // Until the published picture has surely been drawn over it.
    setTimeout(() => {
      this.early = null;
      this.changed();
    }, 1500);
  }

  /** Stops what may no longer be sent: the engine takes it away from the others, we close the device. */
  withdraw(source: Source): void {
    for (const publication of this.room.localParticipant.trackPublications.values()) {
      const sound = source === 'screen_share' && publication.source === Track.Source.ScreenShareAudio;
      if (!publication.track || (publication.source !== source && !sound)) continue;
      publication.track.stop();
      void this.room.localParticipant.unpublishTrack(publication.track).catch(() => undefined);
    }
  }

  release(): void {
    this.released = true;
    for (const publication of this.room.localParticipant.trackPublications.values()) publication.track?.stop();
    for (const track of this.retained) track.stop();
    this.retained.clear();
    this.early = null;
  }

  /** Publishes one track; a busy engine may miss the first request, so a failed one is made once more. */
  private async send(track: LocalTrack): Promise<void> {
    for (const last of [false, true]) {
      try {
        await keepWithin(track, this.participation?.restrictions);
        await this.room.localParticipant.publishTrack(track, { source: track.source });
        return;
      } catch {
        // While the connection is away it stays wanted, for when it is back.
        if (this.released || (last && this.isLive())) this.retained.delete(track);
        else if (!last) await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER));
        if (this.released) return;
      }
    }
  }

  private readonly onPublished = (publication: LocalTrackPublication): void => {
    if (!publication.track) return;
    this.retained.add(publication.track);
    const { track } = publication;
    const keep = () => void keepWithin(track, this.participation?.restrictions);
    keep();
    // Turned on again, a camera is opened anew.
    track.on(TrackEvent.Restarted, keep);
  };

  private readonly onUnpublished = (publication: LocalTrackPublication): void => {
    if (!publication.track || !this.isLive()) return;
    this.retained.delete(publication.track);
    publication.track.stop();
  };

  /** A shared screen that a host has stopped is not shared on in silence. */
  private readonly onMuted = (publication: TrackPublication, participant: Participant): void => {
    if (participant.isLocal && publication.source === Track.Source.ScreenShare) this.withdraw('screen_share');
  };
}
