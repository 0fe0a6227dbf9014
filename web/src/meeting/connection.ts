/**
 * One person's place in one meeting: joining, staying through engine and network failures, leaving.
 * The React parts watch `phase`; nothing here knows about React.
 */
import { DisconnectReason, type LocalTrack, type Room, RoomEvent } from 'livekit-client';
import { api, joinRequest, sessionApi } from '../shared/api';
import type { OwnPlace, Participation, Push } from '../shared/api.types';
import { type Choices, forgetChoices, type Handover, rememberChoices } from '../shared/handover';
import { ApiError, reasonOf } from '../shared/http';
import { hook, mark } from '../shared/marks';
import { Tries } from './backOff';
import { Chat } from './chat';
import { sendLate } from './late';
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
import { Announcer, Watched } from './watched';

export class MeetingConnection extends Watched {
  readonly room: Room = newRoom();
  readonly chat = new Chat();
  readonly state = new StateReader();
  readonly podium = new Podium();
  readonly news = new Announcer<News>();
  readonly sender = new Sender(this.room, () => this.changed(), () => this.phase.kind === 'live');
  phase: Phase = { kind: 'joining' };
  participation: Participation | null = null;

  private quality = new QualityReporter(this.room);
  readonly mix = new Mix(this.room);
  private receivers = new Receivers(this.room);
  private closed = false;
  private entered = false;
  /** A host has moved this person to the waiting room. */
  private movedOut = false;
  /** When the own role and rights became what we know, in Unix seconds. */
  private toldAt = 0;
  private tries = new Tries();

  constructor(
    private readonly id: string,
    private choices: Choices,
  ) {
    super();
    hook().room = this.room;
    this.room
      .on(RoomEvent.DataReceived, this.onData)
      .on(RoomEvent.Disconnected, this.onDisconnected)
      .on(RoomEvent.SignalReconnecting, this.onReconnecting)
      .on(RoomEvent.Reconnecting, this.onReconnecting)
      .on(RoomEvent.Reconnected, this.onReconnected);
    this.state.subscribe(this.onState);
    window.addEventListener('pagehide', this.onPageHide);
    window.addEventListener('online', this.onOnline);
  }

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
      const participation = await api.join(this.id, joinRequest(this.choices, takeover));
      if (this.isGivenBack(participation)) return void devices.then(stopAll);
      if (participation.waiting) {
        void devices.then(stopAll);
        return this.wait(participation);
      }
      await this.connect(participation, []);
      await sendLate(this, devices);
    } catch (error) {
      void devices.then(stopAll);
      if (!this.closed) this.set({ kind: 'refused', reason: reasonOf(error) });
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

  private async connect(participation: Participation, tracks: LocalTrack[]): Promise<void> {
    this.take(participation);
    // The own picture shows at once; it is sent when the others' are on their way, so that it does not hold them up.
    this.sender.hold(tracks);
    try {
      await this.room.connect(participation.engine_url, participation.engine_token, { maxRetries: 1 });
    } catch {
      if (!this.isGivenBack(participation)) await this.comeBack(tracks);
      return;
    }
    if (this.isGivenBack(participation)) return;
    mark('connected');
    this.live();
    await this.sender.publish(tracks);
  }

  private take(participation: Participation): void {
    this.participation = participation;
    this.sender.participation = participation;
    this.keepToken(participation);
    limitCamera(this.room, participation.restrictions);
  }

  private keepToken({ participant_token: placeToken }: Participation): void {
    this.choices = { ...this.choices, placeToken };
    rememberChoices(this.id, this.choices);
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
    if (this.closed) return;
    this.set({ kind: 'reconnecting' });
    if ((await this.tries.until(this.rejoin)) !== 'in') return;
    this.live();
    await this.sender.publish(tracks.filter((track) => track.mediaStreamTrack.readyState === 'live' || track.isMuted));
  }

  private readonly rejoin = async (): Promise<'in' | 'out' | 'away'> => {
    if (this.closed) return 'out';
    try {
      const participation = await api.join(this.id, { ...joinRequest(this.choices, true), comes_back: this.choices.placeToken });
      if (this.isGivenBack(participation)) return 'out';
      if (participation.waiting) {
        this.wait(participation);
        return 'out';
      }
      this.keepToken(participation);
      await this.room.connect(participation.engine_url, participation.engine_token, { maxRetries: 0 });
      if (this.isGivenBack(participation)) return 'out';
      // Who was in already is not silenced by coming back.
      this.take(this.entered ? { ...participation, on_join_mute_mic: false, on_join_mute_camera: false } : participation);
      return 'in';
    } catch (error) {
      return this.isFinal(error) ? 'out' : 'away';
    }
  };

  /** Whether there is no way back; then the person is told. */
  private isFinal(error: unknown): boolean {
    if (this.closed) return true;
    const reason = error instanceof ApiError ? error.reason : '';
    if (reason === 'alreadyJoined') void this.finish('elsewhere', false);
    else if (FINAL.has(reason)) void this.finish('stopped', false);
    else if (REFUSED.has(reason)) {
      this.release();
      this.set({ kind: 'refused', reason });
    }
    return this.closed || REFUSED.has(reason);
  }

  /** Whoever has left while they were let in gives that place back: nobody would be in it. */
  private isGivenBack(participation: Participation): boolean {
    if (!this.closed) return false;
    void sessionApi(participation).leave(true).catch(() => undefined);
    void this.room.disconnect();
    return true;
  }

  private readonly onData = (payload: Uint8Array, _from: unknown, _kind: unknown, topic?: string): void => {
    const push = readPush(payload, topic);
    if (push?.type === 'message') this.chat.receive(push.message);
    else if (push?.type === 'state') this.state.changed();
    else if (push?.type === 'podiumInvitation') this.podium.invited(push.seconds);
    else if (push?.type === 'muted' || push?.type === 'expires') this.news.tell(push);
    else if (push?.type === 'ended') void this.finish(push.reason, false);
    else if (push?.type === 'removed') void this.finish('removed', false);
    else if (push?.type === 'waiting') this.movedOut = true;
    else if (push?.type === 'role') this.onRole(push);
  };

  private onRole(push: Extract<Push, { type: 'role' }>): void {
    if (push.participant_id !== this.participation?.participant_id) return;
    this.become(push);
    this.state.changed();
  }

  /** A push that told of another role may be lost; how the meeting stands tells of it too. */
  private readonly onState = (): void => {
    const { own } = this.state.snapshot();
    if (own && own.changed_at > this.toldAt) this.become(own);
  };

  private become({ role, rights, changed_at: at }: OwnPlace): void {
    const before = this.participation;
    this.toldAt = at;
    if (!before || (before.role === role && JSON.stringify(before.rights) === JSON.stringify(rights))) return;
    const after = { ...before, role, rights };
    this.participation = after;
    this.sender.participation = after;
    this.receivers.start(after);
    if (takesTheStage(before, after, before.rights, after.rights)) this.podium.placed();
    else if (takesTheStage(after, before, after.rights, before.rights)) this.podium.done();
    for (const source of withdrawn(before.rights, after.rights)) this.sender.withdraw(source);
    this.changed();
  }

  private readonly onDisconnected = (reason?: DisconnectReason): void => {
    if (this.closed || this.phase.kind === 'joining') return;
    this.quality.stop();
    if (reason === DisconnectReason.DUPLICATE_IDENTITY) return void this.finish('elsewhere', false);
    if (reason === DisconnectReason.PARTICIPANT_REMOVED && !this.movedOut) return void this.onRemoved();
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

  private readonly onOnline = (): void => this.tries.hurry();

  private readonly onPageHide = (): void => {
    if (!this.participation || this.closed) return;
    void this.quality.send();
    void sessionApi(this.participation).leave().catch(() => undefined);
  };

  private async finish(why: Extract<Phase, { kind: 'over' }>['why'], tell: boolean): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    this.tries.hurry();
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
    this.chat.stop();
    this.podium.done();
    this.sender.release();
  }

  private set(phase: Phase): void {
    this.phase = phase;
    this.changed();
  }
}
