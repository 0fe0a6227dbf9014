/** What the join page hands to the meeting: in memory the open devices, in the tab's storage the choices (for a reload). */
import type { Participation } from './api.types';

export interface Choices {
  asGuest: boolean;
  name?: string;
  /** Proves the id of a guest who came by a link that was made for them. */
  guestToken?: string;
  /** The token of this guest's last place: who comes back with it is the same guest, and not before the door again. */
  placeToken?: string;
  pin?: string;
  camera: boolean;
  microphone: boolean;
}

export interface Handover {
  participation: Participation;
  choices: Choices;
  /** Open tracks of the preview; the meeting publishes these very tracks. */
  camera: MediaStreamTrack | null;
  microphone: MediaStreamTrack | null;
}

/** A place before the door, and what is wanted once it opens. */
export type Waiting = Pick<Handover, 'participation' | 'choices'>;

let pending: Handover | null = null;
const key = (id: string) => `rostrum.meeting.${id}`;

export function handOver(handover: Handover): void {
  pending = handover;
  rememberChoices(handover.participation.conference_id, handover.choices);
}

/** Takes what was handed over for this conference, once. */
export function takeHandover(id: string): Handover | null {
  const taken = pending?.participation.conference_id === id ? pending : null;
  if (taken) pending = null;
  return taken;
}

let wish: { id: string; choices: Choices } | null = null;

/** Lets the next visit of this conference's meeting enter at once: a call was accepted, or made. */
export function enterWith(id: string, choices: Choices): void {
  wish = { id, choices };
}

/** Takes such a wish for this conference, once. */
export function takeWish(id: string): Choices | null {
  const taken = wish?.id === id ? wish.choices : null;
  if (taken) wish = null;
  return taken;
}

export function rememberChoices(id: string, choices: Choices): void {
  try {
    sessionStorage.setItem(key(id), JSON.stringify(choices));
  } catch {
    // Without storage a reload asks again.
  }
}

export function forgetChoices(id: string): void {
  try {
    sessionStorage.removeItem(key(id));
  } catch {
    // Nothing was stored then.
  }
}

/** The choices of this tab's meeting, only after a reload: a duplicated tab must ask. */
export function choicesAfterReload(id: string): Choices | null {
  const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  if (navigation?.type !== 'reload') return null;
  try {
    const raw = sessionStorage.getItem(key(id));
    return raw ? (JSON.parse(raw) as Choices) : null;
  } catch {
    return null;
  }
}
