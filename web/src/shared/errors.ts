/** What to say about a refusal, and the one way on. */

export type WayOn = 'retry' | 'signIn' | 'register' | 'home' | 'pin' | 'takeover' | 'wait' | 'none';

const ways: Record<string, WayOn> = {
  conferenceNotFound: 'home',
  conferenceNotRunning: 'wait',
  conferenceIsFinished: 'home',
  browserNotAllowed: 'home',
  guestsNotAllowed: 'signIn',
  registrationNeeded: 'register',
  notInvited: 'home',
  pinRequired: 'pin',
  pinInvalid: 'pin',
  tooManyAttempts: 'retry',
  conferenceIsFull: 'retry',
  tooManyGuests: 'signIn',
  conferenceIsLocked: 'retry',
  refusedByHost: 'retry',
  waitingRoomIsFull: 'retry',
  endedWhileWaiting: 'home',
  alreadyJoined: 'takeover',
  accessTokenInvalid: 'signIn',
  serviceUnavailable: 'retry',
  offline: 'retry',
  unknown: 'retry',
  // Inside of a meeting.
  forbidden: 'none',
  participantNotFound: 'none',
  podiumIsFull: 'none',
  podiumNotUsed: 'none',
  podiumInvitationExpired: 'none',
  audioRemarksDisabled: 'none',
  audioRemarksUnavailable: 'none',
  extensionNotAllowed: 'none',
  conferenceHasNoEnd: 'none',
};

/** Known reasons have words of their own (`error.<reason>`); any other is told as `unknown`. */
export function knownReason(reason: string): string {
  return reason in ways ? reason : 'unknown';
}

export function wayOn(reason: string): WayOn {
  return ways[knownReason(reason)] ?? 'retry';
}

export const knownReasons = Object.keys(ways);

const signInReasons: Record<string, string> = {
  InvalidCredentials: 'InvalidCredentials',
  invalidCredentials: 'InvalidCredentials',
  invalid_grant: 'InvalidCredentials',
  tooManyAttempts: 'tooManyAttempts',
  offline: 'offline',
};

/** The text key for a failed sign-in. */
export function signInReason(reason: string): string {
  return signInReasons[reason] ?? 'unknown';
}
