/**
 * One person's place in one meeting: joining, staying through engine and network failures, leaving.
 * The React parts watch `phase`; nothing here knows about React.
 */
import { DisconnectReason, type LocalTrack, type Room, RoomEvent } from 'livekit-client';
import { api, joinRequest, sessionApi } from '../shared/api';
import type { Participation, Push } from '../shared/api.types';
import { type Choices, forgetChoices, type Handover, rememberChoices } from '../shared/handover';
import { ApiError, reasonOf } from '../shared/http';
import { hook, mark } from '../shared/marks';
import { backOff } from './backOff';
import { Chat } from './chat';
import { limitCamera } from './limits';
import { takesTheStage, withdrawn } from './moderation';
import { Mix } from './mix';
import { openDevices, stopAll } from './open';
import { FINAL, isPutOut, type News, type Phase, REFUSED } from './phase';
import { Podium } from './podium';
import { readPush } from './pushes';
import { QualityReporter } from './quality';
import { Receivers } from './receivers';
import { localTracks, newRoom } from './room';
import { Sender } from './sender';
import { StateReader } from './state';

export class MeetingConnection {
  readonly room: Room = newRoom();
  readonly chat = new Chat();
  readonly state = new StateReader();
  readonly podium = new Podium();
  readonly sender = new Sender(this.room, () => this.changed(), () => this.phase.kind === 'live');
  phase: Phase = { kind: 'joining' };
  participation: Participation | null = null;

  private listeners = new Set<() => void>();
  private newsListeners = new Set<(news: News) => void>();
  private version = 0;
  private quality = new QualityReporter(this.room);
  readonly mix = new Mix(this.room);
  private receivers = new Receivers(this.room);
  private closed = false;
  private entered = false;
  /** A host has moved this person to the waiting room. */
  private movedOut = false;
  private wake: (() => void) | null = null;

  constructor(
    private readonly id: string,
    private choices: Choices,
  ) {
    hook().room = this.room;
    this.room
      .on(RoomEvent.DataReceived, this.onData)
      .on(RoomEvent.Disconnected, this.onDisconnected)
      .on(RoomEvent.SignalReconnecting, this.onReconnecting)
      .on(RoomEvent.Reconnecting, this.onReconnecting)
      .on(RoomEvent.Reconnected, this.onReconnected);
    window.addEventListener('pagehide', this.onPageHide);
    window.addEventListener('online', this.onOnline);
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly snapshot = (): number => this.version;

  /** Calls `listener` with what is to be said to the person, until the returned function is called. */
  readonly onNews = (listener: (news: News) => void): (() => void) => {
    this.newsListeners.add(listener);
    return () => this.newsListeners.delete(listener);
  };

  /** Enters with a participation and open devices from the join page. */
  enter(handover: Handover): Promise<void> {
    const { participation, camera, microphone } = handover;
    return this.connect(participation, localTracks(camera, microphone, participation));
  }

  /** Asks for a participation first; devices are opened at the same time and published when they come. */
  async join(takeover: boolean): Promise<void> {
    this.set({ kind: 'joining' });
    mark('joinClick');
    const devices = openDevices(this.choices);
    try {
      const participation = await this.ask(takeover);
      if (participation.waiting) {
        void devices.then(stopAll);
        return this.wait(participation);
      }
      await this.connect(participation, []);
      const opened = await devices;
      if (this.closed) return stopAll(opened);
      await this.sender.publish(localTracks(opened.camera, opened.microphone, participation));
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
    if (this.phase.kind !== 'over' && this.phase.kind !== 'waiting') void this.finish('left', true);
    window.removeEventListener('pagehide', this.onPageHide);
    window.removeEventListener('online', this.onOnline);
    if (hook().room === this.room) hook().room = undefined;
  }

  private ask(takeover: boolean): Promise<Participation> {
    return api.join(this.id, joinRequest(this.choices, takeover));
  }

  private async connect(participation: Participation, tracks: LocalTrack[]): Promise<void> {
    this.take(participation);
    // The own picture shows at once; it is sent when the others' are on their way, so that it does not hold them up.
    this.sender.showEarly(tracks);
    try {
      await this.room.connect(participation.engine_url, participation.engine_token, { maxRetries: 1 });
    } catch {
      if (!this.closed) await this.comeBack(tracks);
      return;
    }
    mark('connected');
    this.live();
    await this.sender.publish(tracks);
  }

  private take(participation: Participation): void {
    this.participation = participation;
    this.sender.participation = participation;
    this.choices = { ...this.choices, placeToken: participation.participant_token };
    rememberChoices(this.id, this.choices);
    limitCamera(this.room, participation.restrictions);
  }

  /** Leaves the stage to the join page, which waits at the door with this place. */
  private wait(participation: Participation): void {
    this.closed = true;
    this.release();
    void this.room.disconnect();
    this.set({ kind: 'waiting', participation, choices: this.choices });
  }

  private live(): void {
    if (this.closed || !this.participation) return;
    this.receivers.start(this.participation);
    this.entered = true;
    this.quality.start(this.participation);
    void this.chat.attach(this.participation);
    this.state.attach(this.participation);
    this.set({ kind: 'live' });
  }

  /** Joins again until it works or the conference is over; the person has nothing to do. */
  private async comeBack(tracks: LocalTrack[]): Promise<void> {
    this.set({ kind: 'reconnecting' });
    for (let attempt = 0; !this.closed; attempt += 1) {
      await this.pause(backOff(attempt));
      if (this.closed) return;
      try {
        const participation = await this.ask(true);
        if (participation.waiting) return this.wait(participation);
        await this.room.connect(participation.engine_url, participation.engine_token, { maxRetries: 0 });
        // Who was in already is not silenced by coming back.
        this.take(this.entered ? { ...participation, on_join_mute_mic: false, on_join_mute_camera: false } : participation);
        this.live();
        await this.sender.publish(tracks.filter((track) => track.mediaStreamTrack.readyState === 'live' || track.isMuted));
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
    const push = readPush(payload, topic);
    if (push?.type === 'message') this.chat.receive(push.message);
    else if (push?.type === 'state') this.state.changed();
    else if (push?.type === 'podiumInvitation') this.podium.invited(push.seconds);
    else if (push?.type === 'muted' || push?.type === 'expires') for (const listener of this.newsListeners) listener(push);
    else if (push?.type === 'ended') void this.finish(push.reason, false);
    else if (push?.type === 'removed') void this.finish('removed', false);
    else if (push?.type === 'waiting') this.movedOut = true;
    else if (push?.type === 'role') this.onRole(push);
  };

  private onRole(push: Extract<Push, { type: 'role' }>): void {
    const before = this.participation;
    if (!before || push.participant_id !== before.participant_id) return;
    const after = { ...before, role: push.role, rights: push.rights };
    this.participation = after;
    this.sender.participation = after;
    this.receivers.start(after);
    if (takesTheStage(before, after, before.rights, after.rights)) this.podium.placed();
    else if (takesTheStage(after, before, after.rights, before.rights)) this.podium.done();
    for (const source of withdrawn(before.rights, after.rights)) this.sender.withdraw(source);
    this.changed();
    this.state.changed();
  }

  private readonly onDisconnected = (reason?: DisconnectReason): void => {
    if (this.closed || this.phase.kind === 'joining') return;
    this.quality.stop();
    if (reason === DisconnectReason.DUPLICATE_IDENTITY) return void this.finish('elsewhere', false);
    if (reason === DisconnectReason.PARTICIPANT_REMOVED && !this.movedOut) return void this.onRemoved();
    if (this.phase.kind === 'reconnecting' && this.wake) return;
    void this.comeBack(this.sender.kept);
  };

  /** The engine may put us out before the word that we are to wait has reached this page; the server knows. */
  private async onRemoved(): Promise<void> {
    const { participation } = this;
    this.set({ kind: 'reconnecting' });
    if (participation && (await isPutOut(sessionApi(participation).state))) return this.comeBack(this.sender.kept);
    await this.finish('removed', false);
  }

  private readonly onReconnecting = (): void => {
    if (this.phase.kind === 'live') this.set({ kind: 'reconnecting' });
  };

  private readonly onReconnected = (): void => {
    if (this.phase.kind !== 'reconnecting') return;
    this.set({ kind: 'live' });
    void this.chat.catchUp();
    this.state.changed();
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
    this.state.stop();
    this.podium.done();
    this.sender.release();
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
