/**
 * One person's place in one meeting: joining, staying through engine and network failures, leaving.
 * The React parts watch `phase`; nothing here knows about React.
 */
import { DisconnectReason, type LocalTrack, type LocalTrackPublication, Room, RoomEvent, Track } from 'livekit-client';
import { api, sessionApi } from '../shared/api';
import type { Participation, Push, Rights } from '../shared/api.types';
import { type Choices, forgetChoices, type Handover, rememberChoices } from '../shared/handover';
import { ApiError, reasonOf } from '../shared/http';
import { hook, mark } from '../shared/marks';
import { backOff } from './backOff';
import { Chat } from './chat';
import { openDevices, stopAll } from './open';
import { QualityReporter } from './quality';
import { Receivers } from './receivers';
import { localTracks, newRoom } from './room';

export type Phase =
  | { kind: 'joining' }
  | { kind: 'live' }
  /** The engine or the network is gone; tiles stay as they were. */
  | { kind: 'reconnecting' }
  | { kind: 'over'; why: 'left' | 'stopped' | 'byModerator' | 'deleted' | 'schedule' | 'declined' | 'removed' | 'elsewhere' }
  | { kind: 'refused'; reason: string };

/** Reasons after which trying again by ourselves is of no use. */
const FINAL = new Set(['conferenceNotFound', 'conferenceNotRunning', 'conferenceIsFinished']);
const REFUSED = new Set(['notInvited', 'guestsNotAllowed', 'conferenceIsLocked', 'registrationNeeded', 'browserNotAllowed', 'pinInvalid', 'pinRequired', 'accessTokenInvalid']);

export class MeetingConnection {
  readonly room: Room = newRoom();
  readonly chat = new Chat();
  phase: Phase = { kind: 'joining' };
  participation: Participation | null = null;
  rights: Rights | null = null;
  /** The own picture from the device check, to show before it is published. */
  early: MediaStreamTrack | null = null;

  private listeners = new Set<() => void>();
  private version = 0;
  private retained = new Set<LocalTrack>();
  private quality = new QualityReporter(this.room);
  private receivers = new Receivers(this.room);
  private closed = false;
  private wake: (() => void) | null = null;

  constructor(
    private readonly id: string,
    private readonly choices: Choices,
  ) {
    hook().room = this.room;
    this.room
      .on(RoomEvent.DataReceived, this.onData)
      .on(RoomEvent.Disconnected, this.onDisconnected)
      .on(RoomEvent.SignalReconnecting, this.onReconnecting)
      .on(RoomEvent.Reconnecting, this.onReconnecting)
      .on(RoomEvent.Reconnected, this.onReconnected)
      .on(RoomEvent.LocalTrackPublished, this.onPublished)
      .on(RoomEvent.LocalTrackUnpublished, this.onUnpublished);
    window.addEventListener('pagehide', this.onPageHide);
    window.addEventListener('online', this.onOnline);
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly snapshot = (): number => this.version;

  /** Enters with a participation and open devices from the join page. */
  enter(handover: Handover): Promise<void> {
    const { participation, camera, microphone } = handover;
    return this.connect(participation, localTracks(camera, microphone));
  }

  /** Asks for a participation first; devices are opened at the same time and published when they come. */
  async join(takeover: boolean): Promise<void> {
    this.set({ kind: 'joining' });
    mark('joinClick');
    const devices = openDevices(this.choices);
    try {
      const participation = await this.ask(takeover);
      await this.connect(participation, []);
      const opened = await devices;
      if (this.closed) return stopAll(opened);
      await this.publish(localTracks(opened.camera, opened.microphone));
    } catch (error) {
      void devices.then(stopAll);
      this.set({ kind: 'refused', reason: reasonOf(error) });
    }
  }

  async leave(): Promise<void> {
    await this.finish('left', true);
  }

  /** The owner ends the meeting for everybody. */
  async endForAll(): Promise<void> {
    if (this.participation) await sessionApi(this.participation).end();
    await this.finish('stopped', false);
  }

  /** Frees everything; used when the page goes to another address. */
  dispose(): void {
    if (this.phase.kind !== 'over') void this.finish('left', true);
    window.removeEventListener('pagehide', this.onPageHide);
    window.removeEventListener('online', this.onOnline);
    if (hook().room === this.room) hook().room = undefined;
  }

  private ask(takeover: boolean): Promise<Participation> {
    const { asGuest, name, guestToken, pin } = this.choices;
    return api.join(this.id, { asGuest, ...(asGuest ? { name, guestToken } : {}), ...(pin ? { pin } : {}), ...(takeover ? { takeover } : {}) });
  }

  private async connect(participation: Participation, tracks: LocalTrack[]): Promise<void> {
    this.participation = participation;
    this.rights = participation.rights;
    rememberChoices(this.id, this.choices);
    // The own picture shows at once; it is sent when the others' are on their way, so that it does not hold them up.
    this.showEarly(tracks);
    try {
      await this.room.connect(participation.engine_url, participation.engine_token, { maxRetries: 1 });
    } catch {
      if (!this.closed) await this.comeBack(tracks);
      return;
    }
    mark('connected');
    this.live();
    await this.publish(tracks);
  }

  private live(): void {
    if (this.closed || !this.participation) return;
    this.receivers.start(this.participation.selective);
    this.quality.start(this.participation);
    void this.chat.attach(this.participation);
    this.set({ kind: 'live' });
  }

  /** Publishes one track; a busy engine may miss the first request, so a failed one is made once more. */
  private async send(track: LocalTrack): Promise<void> {
    for (const last of [false, true]) {
      try {
        await this.room.localParticipant.publishTrack(track, { source: track.source });
        return;
      } catch {
        if (last || this.closed) this.retained.delete(track);
        else await this.pause(500);
        if (this.closed) return;
      }
    }
  }

  private showEarly(tracks: LocalTrack[]): void {
    const camera = tracks.find((track) => track.source === Track.Source.Camera);
    this.early = camera && mayPublish(camera, this.rights, this.participation) ? camera.mediaStreamTrack : null;
    this.changed();
  }

  private async publish(tracks: LocalTrack[]): Promise<void> {
    const rights = this.rights;
    const wanted = tracks.filter((track) => {
      const allowed = mayPublish(track, rights, this.participation);
      if (!allowed) track.stop();
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

  /** Joins again until it works or the conference is over; the person has nothing to do. */
  private async comeBack(tracks: LocalTrack[]): Promise<void> {
    this.set({ kind: 'reconnecting' });
    for (let attempt = 0; !this.closed; attempt += 1) {
      await this.pause(backOff(attempt));
      if (this.closed) return;
      try {
        const participation = await this.ask(true);
        await this.room.connect(participation.engine_url, participation.engine_token, { maxRetries: 0 });
        this.participation = participation;
        this.rights = participation.rights;
        this.live();
        await this.publish(tracks.filter((track) => track.mediaStreamTrack.readyState === 'live' || track.isMuted));
        return;
      } catch (error) {
        if (!(error instanceof ApiError)) continue;
        if (FINAL.has(error.reason)) return void this.finish('stopped', false);
        if (REFUSED.has(error.reason)) {
          this.release();
          return this.set({ kind: 'refused', reason: error.reason });
        }
      }
    }
  }

  private pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private readonly onData = (payload: Uint8Array, _from: unknown, _kind: unknown, topic?: string): void => {
    if (topic !== 'rostrum') return;
    let push: Push;
    try {
      push = JSON.parse(new TextDecoder().decode(payload)) as Push;
    } catch {
      return;
    }
    if (push.type === 'message') this.chat.receive(push.message);
    else if (push.type === 'ended') void this.finish(push.reason, false);
    else if (push.type === 'removed') void this.finish('removed', false);
    else if (push.type === 'role' && push.participant_id === this.participation?.participant_id) {
      this.participation = { ...this.participation, role: push.role, rights: push.rights };
      this.rights = push.rights;
      this.changed();
    }
  };

  private readonly onDisconnected = (reason?: DisconnectReason): void => {
    if (this.closed || this.phase.kind === 'joining') return;
    this.quality.stop();
    if (reason === DisconnectReason.DUPLICATE_IDENTITY) return void this.finish('elsewhere', false);
    if (reason === DisconnectReason.PARTICIPANT_REMOVED) return void this.finish('removed', false);
    if (this.phase.kind === 'reconnecting' && this.wake) return;
    void this.comeBack([...this.retained]);
  };

  private readonly onReconnecting = (): void => {
    if (this.phase.kind === 'live') this.set({ kind: 'reconnecting' });
  };

  private readonly onReconnected = (): void => {
    if (this.phase.kind !== 'reconnecting') return;
    this.set({ kind: 'live' });
    void this.chat.catchUp();
  };

  private readonly onPublished = (publication: LocalTrackPublication): void => {
    if (publication.track) this.retained.add(publication.track);
  };

  private readonly onUnpublished = (publication: LocalTrackPublication): void => {
    // While disconnecting everything is unpublished; those tracks are wanted again afterwards.
    if (!publication.track || this.phase.kind !== 'live') return;
    this.retained.delete(publication.track);
    publication.track.stop();
  };

  private readonly onOnline = (): void => this.wake?.();

  private readonly onPageHide = (): void => {
    if (!this.participation || this.closed) return;
    void this.quality.send();
    void sessionApi(this.participation).leave().catch(() => undefined);
  };

  private async finish(why: Extract<Phase, { kind: 'over' }>['why'], tell: boolean): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    this.wake?.();
    forgetChoices(this.id);
    if (tell && this.participation) {
      void this.quality.send();
      void sessionApi(this.participation).leave(true).catch(() => undefined);
    }
    this.set({ kind: 'over', why });
    this.release();
    await this.room.disconnect();
  }

  private release(): void {
    this.quality.stop();
    for (const publication of this.room.localParticipant.trackPublications.values()) publication.track?.stop();
    for (const track of this.retained) track.stop();
    this.retained.clear();
  }

  private set(phase: Phase): void {
    this.phase = phase;
    this.changed();
  }

  private changed(): void {
    this.version += 1;
    for (const listener of this.listeners) listener();
  }
}

function mayPublish(track: LocalTrack, rights: Rights | null, participation: Participation | null): boolean {
  if (track.source === Track.Source.Camera) return Boolean(rights?.video_send) && !participation?.on_join_mute_camera;
  if (track.source === Track.Source.Microphone) return Boolean(rights?.audio_send) && !participation?.on_join_mute_mic;
  return Boolean(rights?.desktop_sharing);
}
