/** The device check's own picture and sound. Opens devices once and hands the open tracks on to the meeting. */
import { audioConstraints, deviceFailure, type DeviceState, readTaste, videoConstraints, writeTaste } from '../shared/devices';
import type { Given, OpenTracks } from '../shared/handover';

export type InputKind = 'camera' | 'microphone';

export interface PreviewState {
  camera: DeviceState;
  microphone: DeviceState;
  cameraTrack: MediaStreamTrack | null;
  microphoneTrack: MediaStreamTrack | null;
  devices: MediaDeviceInfo[];
}

const START: PreviewState = { camera: 'asking', microphone: 'asking', cameraTrack: null, microphoneTrack: null, devices: [] };
const trackOf = { camera: 'cameraTrack', microphone: 'microphoneTrack' } as const;

export class Preview {
  private state = START;
  private listeners = new Set<() => void>();
  /** Answers to questions asked before the last stop are thrown away. */
  private round = 0;
  /** Ends when nothing is being opened any more. */
  private opening: Promise<unknown> = Promise.resolve();
  /** What comes belongs to somebody else already. */
  private given = false;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly snapshot = (): PreviewState => this.state;

  /** Whether the person wants a device: it is open, or on its way. */
  wants(kind: InputKind): boolean {
    return this.state[kind] === 'on' || this.comes(kind);
  }

  /** Opens what the person used last time; both in one question to the person. */
  start(): Promise<void> {
    return this.follow(this.openWanted());
  }

  /** Turns a device on or off and remembers that. */
  async turn(kind: InputKind, on: boolean): Promise<void> {
    writeTaste({ [kind]: on });
    if (on) return this.follow(this.openAgain(kind));
    this.state[trackOf[kind]]?.stop();
    this.set({ [kind]: 'off', [trackOf[kind]]: null });
  }

  async choose(kind: InputKind, deviceId: string): Promise<void> {
    writeTaste({ [`${kind}Id`]: deviceId });
    await this.turn(kind, true);
  }

  /** Gives the tracks away, those that are still being opened too: from now on they belong to the caller. */
  release(): Given {
    const now = this.take();
    if (!this.comes('camera') && !this.comes('microphone')) {
      this.round += 1;
      return now;
    }
    this.given = true;
    return { ...now, late: this.opening.then(() => this.take()) };
  }

  stop(): void {
    navigator.mediaDevices?.removeEventListener('devicechange', this.list);
    if (this.given) return;
    this.round += 1;
    this.state.cameraTrack?.stop();
    this.state.microphoneTrack?.stop();
    this.set(START);
  }

  private comes(kind: InputKind): boolean {
    return this.state[kind] === 'asking' && readTaste()[kind];
  }

  private take(): OpenTracks {
    const { cameraTrack, microphoneTrack } = this.state;
    this.state = { ...this.state, cameraTrack: null, microphoneTrack: null };
    return { camera: cameraTrack, microphone: microphoneTrack };
  }

  private follow(work: Promise<void>): Promise<void> {
    this.opening = Promise.all([this.opening, work]);
    return work;
  }

  private async openWanted(): Promise<void> {
    const round = ++this.round;
    if (!navigator.mediaDevices?.getUserMedia) {
      this.set({ camera: 'insecure', microphone: 'insecure' });
      return;
    }
    navigator.mediaDevices.addEventListener('devicechange', this.list);
    const taste = readTaste();
    this.set({ camera: taste.camera ? 'asking' : 'off', microphone: taste.microphone ? 'asking' : 'off' });
    const kinds = (['camera', 'microphone'] as const).filter((kind) => taste[kind]);
    if (kinds.length === 2 && (await this.openBoth(round))) return;
    for (const kind of kinds) await this.open(kind, round);
    await this.list();
  }

  private async openAgain(kind: InputKind): Promise<void> {
    this.set({ [kind]: 'asking' });
    await this.open(kind, this.round);
    await this.list();
  }

  private async openBoth(round: number): Promise<boolean> {
    const taste = readTaste();
    try {
      const stream = await navigator.mediaDevices.getUserMedia({
        video: videoConstraints(taste.cameraId),
        audio: audioConstraints(taste.microphoneId),
      });
      this.accept('camera', stream.getVideoTracks()[0], round);
      this.accept('microphone', stream.getAudioTracks()[0], round);
      await this.list();
      return true;
    } catch {
      // One of the two may still work alone, and each failure has its own words.
      return round !== this.round;
    }
  }

  private async open(kind: InputKind, round: number): Promise<void> {
    const taste = readTaste();
    try {
      const stream = await navigator.mediaDevices.getUserMedia(
        kind === 'camera' ? { video: videoConstraints(taste.cameraId) } : { audio: audioConstraints(taste.microphoneId) },
      );
      this.accept(kind, stream.getTracks()[0], round);
    } catch (error) {
      if (round === this.round) this.set({ [kind]: deviceFailure(error), [trackOf[kind]]: null });
    }
  }

  private accept(kind: InputKind, track: MediaStreamTrack | undefined, round: number): void {
    if (!track || round !== this.round) {
      track?.stop();
      return;
    }
    this.state[trackOf[kind]]?.stop();
    track.addEventListener('ended', () => {
      if (this.state[trackOf[kind]] === track) this.set({ [kind]: 'missing', [trackOf[kind]]: null });
    });
    this.set({ [kind]: 'on', [trackOf[kind]]: track });
  }

  private readonly list = async (): Promise<void> => {
    const devices = await navigator.mediaDevices.enumerateDevices().catch(() => []);
    this.set({ devices: devices.filter((device) => device.deviceId !== '') });
  };

  private set(change: Partial<PreviewState>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.listeners) listener();
  }
}
