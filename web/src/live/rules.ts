/** Small decisions about watching: values in, values out. */
import type { LiveView } from '../shared/api.types';

/** What the page shows: `refused` and `gone` have words of their own, `over` follows what was seen before. */
export type Phase = 'loading' | 'waiting' | 'starting' | 'busy' | 'on' | 'over' | 'refused';

export interface Known {
  view?: LiveView;
  /** The newest answer was a refusal. */
  refused: boolean;
  /** Something was to be seen here before. */
  hasPlayed: boolean;
}

export function phaseOf({ view, refused, hasPlayed }: Known): Phase {
  if (refused) return hasPlayed ? 'over' : 'refused';
  if (!view) return 'loading';
  // A meeting that has ended may begin anew: then it is simply on again.
  if (view.state === 'waiting' && hasPlayed) return 'over';
  return view.state;
}

/** A conference that somebody began on the spot is gone after its end: whoever watched it sees the end, and no riddle. */
export const endsWatching = (reason: string): boolean => reason === 'conferenceNotFound';

/** The server does not answer for a moment: that takes nobody's picture away. */
export const isAway = (reason: string): boolean => reason === 'offline' || reason === 'unknown' || reason === 'serviceUnavailable';

/** Milliseconds until the page asks again; the server counts those who ask as viewers. */
export function askAgain(phase: Phase): number {
  if (phase === 'starting') return 1000;
  if (phase === 'waiting' || phase === 'busy' || phase === 'on') return 5000;
  return 10_000;
}

const known = ['conferenceNotFound', 'conferenceIsFinished', 'browserNotAllowed', 'guestsNotAllowed', 'registrationNeeded', 'notInvited', 'conferenceIsLocked', 'pinRequired', 'tooManyGuests', 'mustWait', 'hiddenFromGuests', 'liveIsFull', 'liveNotOffered', 'serviceUnavailable', 'offline'] as const;
type Reason = (typeof known)[number] | 'unknown';

/** Which words tell why there is nothing to see. */
export function reasonWords(reason: string): Reason {
  return known.find((one) => one === reason) ?? 'unknown';
}

/** Reasons that the conference's own page has a way past. */
const JOINABLE = new Set<Reason>(['guestsNotAllowed', 'registrationNeeded', 'conferenceIsLocked', 'pinRequired', 'tooManyGuests', 'mustWait', 'hiddenFromGuests', 'liveIsFull', 'liveNotOffered']);

export const mayJoin = (reason: string): boolean => JOINABLE.has(reasonWords(reason));

/** An address of this server as the page reaches it, whatever a proxy in between calls it. */
export function here(address: string): string {
  const url = new URL(address);
  return url.pathname + url.search;
}

/** Seconds behind the newest picture from which the way back to it is offered. */
export const BEHIND = 12;
