/** Who may do what to whom in a running meeting, as pure rules; the server has the last word. */
import type { MeetingState, Participation, Rights, Role, Source } from '../shared/api.types';

export const LISTENER: Role = 1;
export const HOST: Role = 2;
export const REMARK: Role = 5;

export type Action = 'mute' | 'stopVideo' | 'stopShare' | 'invite' | 'offPodium' | 'makeHost' | 'notHost' | 'toWaiting' | 'remove';

export interface Offer {
  action: Action;
  /** The text key of the reason why it cannot be done just now; null when it can. */
  forbidden: string | null;
}

/** What the rules need to know of somebody in the list. */
export interface Someone {
  role: string;
  isOwner: boolean;
  isLocal: boolean;
  microphone: boolean;
  camera: boolean;
  screen: boolean;
}

type Mine = Pick<Participation, 'role'>;
type Place = Pick<Participation, 'role' | 'mode'>;

/** What a moderator is offered for one person, in the order of the menu. Empty: no menu. */
export function offers(mine: Mine, person: Someone, state: MeetingState): Offer[] {
  if (mine.role !== HOST || person.isLocal) return [];
  const found: Offer[] = [];
  const add = (action: Action, when: boolean, forbidden: string | null = null) => {
    if (when) found.push({ action, forbidden });
  };
  const isHost = person.role === '2';
  const full = state.podium.taken.length >= state.podium.places;
  add('mute', person.microphone);
  add('stopVideo', person.camera);
  add('stopShare', person.screen);
  add('invite', state.mode === 3 && (person.role === '1' || person.role === '5'), full ? 'host.podiumFull' : null);
  add('offPodium', state.mode === 3 && (person.role === '3' || person.role === '4'));
  add('makeHost', !isHost);
  add('notHost', isHost && !person.isOwner);
  add('toWaiting', !isHost && !person.isOwner);
  add('remove', !person.isOwner);
  return found;
}

/** Listeners send nothing: their bar has a hand instead of microphone and camera. */
export function isListening({ role, mode }: Place, rights: Rights): boolean {
  if (mode === 0) return false;
  return role === REMARK || (role === LISTENER && !rights.audio_send && !rights.video_send);
}

/** Raising a hand is for those who cannot simply take the word: not for hosts, and not for speakers on a podium. */
export function mayRaiseHand({ role, mode }: Place): boolean {
  if (role === HOST) return false;
  return mode !== 3 || role === LISTENER || role === REMARK;
}

const SENDS: readonly { source: Source; right: 'audio_send' | 'video_send' | 'desktop_sharing' }[] = [
  { source: 'microphone', right: 'audio_send' },
  { source: 'camera', right: 'video_send' },
  { source: 'screen_share', right: 'desktop_sharing' },
];

/** The sources that somebody may no longer send after their rights have changed. */
export function withdrawn(before: Rights, after: Rights): Source[] {
  return SENDS.filter(({ right }) => before[right] && !after[right]).map(({ source }) => source);
}

/** True when a listener has become somebody who is seen and heard; a remark is not such a place. */
export function takesTheStage(before: Place, after: Place, rightsBefore: Rights, rightsAfter: Rights): boolean {
  return isListening(before, rightsBefore) && !isListening(after, rightsAfter);
}

/** Ids of those with a raised hand, first raised first. `raised` is the moment in Unix seconds, '' for none. */
export function handOrder(people: readonly { id: string; raised: string | undefined }[]): string[] {
  return people
    .filter(({ raised }) => Boolean(raised))
    .toSorted((a, b) => Number(a.raised) - Number(b.raised) || a.id.localeCompare(b.id))
    .map(({ id }) => id);
}

/** Whole minutes until a meeting ends, when that is worth saying: in the last ten. */
export function endsIn(endsAt: number | null, now: number): number | null {
  if (endsAt === null) return null;
  const minutes = Math.ceil((endsAt - now) / 60);
  return minutes >= 0 && minutes <= 10 ? minutes : null;
}
