/** How the meeting stands: read from the server, and read again whenever it says that something has changed. */
import { sessionApi } from '../shared/api';
import type { MeetingState, Participation } from '../shared/api.types';
import { backOff } from './backOff';

/** Milliseconds. Several changes at once are one reading, and not all people read in the same moment. */
const GATHER = 80;
const SPREAD = 160;
/** Readings after failures; later changes and reconnects read anyway. */
const MOST_FAILURES = 5;

/** What is true of a meeting that nobody has changed, until the server has told. */
export function quietState(mode: MeetingState['mode']): MeetingState {
  return {
    own: null,
    locked: false,
    waiting_room_enabled: false,
    waiting_room_scope: 'all',
    ends_at: null,
    may_extend: false,
    mode,
    voice_opens_podium: false,
    remarks_allowed: false,
    podium: { places: 0, taken: [] },
    hosts: [],
    hands: [],
    waiting: [],
    podium_invited: false,
    recording: 'off',
    may_record: false,
    broadcasting: false,
    broadcast_fails: false,
    broadcast_address: null,
    live_url: null,
    watched: false,
  };
}

export class StateReader {
  private state: MeetingState = quietState(0);
  private listeners = new Set<() => void>();
  private participation: Participation | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private reading = false;
  private again = false;
  private failures = 0;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly snapshot = (): MeetingState => this.state;

  /** Takes the (new) participation and reads at once. */
  attach(participation: Participation): void {
    if (this.participation?.session_id !== participation.session_id) this.set(quietState(participation.mode));
    this.participation = participation;
    this.failures = 0;
    void this.read();
  }

  /** Something has changed: reads soon. */
  changed(): void {
    this.later(GATHER + Math.random() * SPREAD);
  }

  stop(): void {
    clearTimeout(this.timer);
    this.participation = null;
  }

  private later(milliseconds: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.read(), milliseconds);
  }

  private async read(): Promise<void> {
    const participation = this.participation;
    if (!participation) return;
    // A change that comes while we read may not be in the answer.
    if (this.reading) {
      this.again = true;
      return;
    }
    this.reading = true;
    const state = await sessionApi(participation).state().catch(() => null);
    this.reading = false;
    if (participation === this.participation && state) {
      this.failures = 0;
      this.set(state);
    }
    if (this.again) {
      this.again = false;
      void this.read();
    } else if (!state && this.participation && this.failures < MOST_FAILURES) {
      this.later(backOff(this.failures++));
    }
  }

  private set(state: MeetingState): void {
    this.state = state;
    for (const listener of this.listeners) listener();
  }
}
