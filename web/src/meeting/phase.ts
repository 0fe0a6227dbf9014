/** How one person's place in a meeting stands, and what the server's answers mean for it. */
import type { Participation, Push } from '../shared/api.types';
import type { Choices } from '../shared/handover';
import { reasonOf } from '../shared/http';

export type Phase =
  | { kind: 'joining' }
  | { kind: 'live' }
  /** The engine or the network is gone; tiles stay as they were. */
  | { kind: 'reconnecting' }
  | { kind: 'over'; why: 'left' | 'stopped' | 'byModerator' | 'deleted' | 'schedule' | 'declined' | 'removed' | 'elsewhere' }
  /** Before the door; the join page waits there with this place. */
  | { kind: 'waiting'; participation: Participation; choices: Choices }
  | { kind: 'refused'; reason: string };

/** What the screen puts into words and does not have to keep. */
export type News = Extract<Push, { type: 'muted' | 'expires' }>;

/** Reasons after which trying again by ourselves is of no use. */
export const FINAL = new Set(['conferenceNotFound', 'conferenceNotRunning', 'conferenceIsFinished']);
export const REFUSED = new Set(['notInvited', 'guestsNotAllowed', 'conferenceIsLocked', 'registrationNeeded', 'browserNotAllowed', 'refusedByHost', 'waitingRoomIsFull', 'pinInvalid', 'pinRequired', 'accessTokenInvalid']);

/** Whether somebody whom the engine put out has a place before the door: whoever waits may not read how the meeting stands. */
export async function isPutOut(readState: () => Promise<unknown>): Promise<boolean> {
  return readState().then(
    () => false,
    (error: unknown) => reasonOf(error) === 'forbidden',
  );
}
