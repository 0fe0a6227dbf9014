/** A remark of a listener: the microphone is open while a key or button is held, and a little longer. */

export type RemarkPhase = 'off' | 'opening' | 'on' | 'tail';

/** Milliseconds that the microphone stays open after letting go, so that no word is cut. */
export const TAIL = 3000;

interface Ends {
  /** Gets the leave to speak and opens the microphone. */
  open: () => Promise<void>;
  close: () => Promise<void>;
  failed: (error: unknown) => void;
}

export class Remark {
  phase: RemarkPhase = 'off';
  private held = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private listeners = new Set<() => void>();

  constructor(private readonly ends: Ends) {}

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly snapshot = (): RemarkPhase => this.phase;

  press(): void {
    this.held = true;
    if (this.phase === 'tail') {
      clearTimeout(this.timer);
      this.set('on');
    }
    if (this.phase === 'off') void this.open();
  }

  release(): void {
    this.held = false;
    if (this.phase === 'on') this.fade();
  }

  /** The word is taken back, or a place has come instead that was not agreed to yet: nothing is open any more. */
  cut(): void {
    const { phase } = this;
    this.held = false;
    clearTimeout(this.timer);
    if (phase !== 'off') this.set('off');
    // What is still opening sees that it was cut when it is open.
    if (phase === 'on' || phase === 'tail') void this.ends.close().catch(() => undefined);
  }

  private async open(): Promise<void> {
    this.set('opening');
    try {
      await this.ends.open();
    } catch (error) {
      this.cut();
      void this.ends.close().catch(() => undefined);
      this.ends.failed(error);
      return;
    }
    // Cut while it opened.
    if (this.snapshot() !== 'opening') return void this.ends.close().catch(() => undefined);
    this.set('on');
    if (!this.held) this.fade();
  }

  private fade(): void {
    this.set('tail');
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.set('off');
      void this.ends.close().catch(() => undefined);
    }, TAIL);
  }

  private set(phase: RemarkPhase): void {
    this.phase = phase;
    for (const listener of this.listeners) listener();
  }
}
