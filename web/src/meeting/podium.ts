/** The way onto the stage: an invitation with its time, or a place that was given at once. Nothing is sent before a yes. */
import { Watched } from './watched';

export interface Wish {
  microphone: boolean;
  camera: boolean;
  /** It was the voice that said yes, in a smart meeting; what the person chose in the question goes before it. */
  bySpeaking?: boolean;
}

/** `until`: milliseconds since the epoch when the invitation lapses. */
export type PodiumCall = { kind: 'invited'; until: number } | { kind: 'placed' };

export class Podium extends Watched {
  call: PodiumCall | null = null;
  /** What the person agreed to send, from the yes until it is turned on. */
  wish: Wish | null = null;
  /** Whether the last invitation has its answer; how the meeting stands may tell of it for a while longer. */
  private answered = false;

  invited(seconds: number, now = Date.now()): void {
    this.answered = false;
    this.set({ kind: 'invited', until: now + seconds * 1000 }, null);
  }

  /** How the meeting stands tells of an invitation: after a reload nothing else does. */
  stillInvited(seconds: number, now = Date.now()): void {
    if (!this.call && !this.answered) this.invited(seconds, now);
  }

  /** The place is there. Whoever has said yes already is not asked again. */
  placed(): void {
    this.set(this.wish ? null : { kind: 'placed' }, this.wish);
  }

  agreed(wish: Wish): void {
    this.answered = true;
    this.set(null, wish);
  }

  declined(): void {
    this.answered = true;
    this.done();
  }

  /** What was agreed to is turned on, or the place is gone. */
  done(): void {
    if (this.call || this.wish) this.set(null, null);
  }

  /** The invitation was taken back or has lapsed; a place that is there stays. */
  lapsed(): void {
    this.answered = false;
    if (this.call?.kind === 'invited') this.set(null, this.wish);
  }

  private set(call: PodiumCall | null, wish: Wish | null): void {
    this.call = call;
    this.wish = wish;
    this.changed();
  }
}
