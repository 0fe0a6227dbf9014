/** What the join page hands to the meeting: in memory the open devices, in the tab's storage the choices (for a reload). */
import type { Participation } from './api.types';
import { readTaste } from './devices';

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

export interface OpenTracks {
  camera: MediaStreamTrack | null;
  microphone: MediaStreamTrack | null;
}

/** Tracks of the preview; the meeting publishes these very tracks. */
export interface Given extends OpenTracks {
  /** What was still being opened when the person joined, once it is open. */
  late?: Promise<OpenTracks>;
}

export interface Handover extends Given {
  participation: Participation;
  choices: Choices;
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
    if (!raw) return null;
    const choices = JSON.parse(raw) as Choices;
    // What was turned off in the meeting stays off.
    const taste = readTaste();
    return { ...choices, camera: choices.camera && taste.camera, microphone: choices.microphone && taste.microphone };
  } catch {
    return null;
  }
}
