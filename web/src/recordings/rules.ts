/** Small decisions about recordings: values in, values out. */
import type { RecordingCard } from '../shared/api.types';

export const speeds = [0.75, 1, 1.25, 1.5, 2] as const;

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;

/** "34 MB" in the person's language. */
export function bytes(size: number, language: string): string {
  const step = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(size, 1)) / 3)));
  const value = size / 1000 ** step;
  const words = { style: 'unit', unit: UNITS[step] ?? 'byte', unitDisplay: 'short', maximumFractionDigits: value < 10 && step > 1 ? 1 : 0 } as const;
  return new Intl.NumberFormat(language, words).format(value);
}

/** Whether more of a recording is still to come. */
export const grows = (progress: RecordingCard['progress']): boolean => progress !== 'ending' && progress !== 'unfinished';

/** Whether there is something to play. */
export const isThere = (state: RecordingCard['state']): boolean => state === 'beingMade' || state === 'complete';

/** The next speed in the list; the last one stays. */
export function otherSpeed(now: number, direction: 1 | -1): number {
  const at = speeds.findIndex((one) => one >= now);
  return speeds[Math.min(speeds.length - 1, Math.max(0, (at < 0 ? speeds.length - 1 : at) + direction))] ?? 1;
}

/** The same address with another ticket. */
export function withTicket(address: string, fresh: string): string {
  const url = new URL(address, 'http://any');
  const ticket = new URL(fresh, 'http://any').searchParams.get('ticket');
  if (ticket) url.searchParams.set('ticket', ticket);
  return url.pathname + url.search;
}

/** An address of this server as the page reaches it, whatever a proxy in between calls it. */
export function here(address: string): string {
  const url = new URL(address);
  return url.pathname + url.search;
}

/** The moment whose picture is shown before anybody plays, in seconds: a recording begins while people are still coming
 * into the picture. It lies in the first piece, so that the beginning is there as soon as it is played.
 */
export const firstLook = (seconds: number): number => Math.min(1.8, seconds / 2);

/** Whether asking again may help by itself. */
export const passes = (reason: string): boolean => ['away', 'offline', 'unknown'].includes(problemOf(reason));

/** Which words tell why there is nothing to see. */
export function problemOf(reason: string): 'notFound' | 'deleted' | 'outOfReach' | 'away' | 'offline' | 'media' | 'unknown' {
  if (reason === 'recordingNotFound' || reason === 'invalidParameter') return 'notFound';
  if (reason === 'serviceUnavailable') return 'away';
  if (reason === 'recordingCannotBePlayed') return 'media';
  if (reason === 'deleted' || reason === 'outOfReach' || reason === 'offline' || reason === 'media') return reason;
  return 'unknown';
}
