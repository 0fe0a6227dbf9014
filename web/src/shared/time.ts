/** Times in words. All instants are Unix seconds; words come in the visitor's language and zone. */

const DAY = 86_400;

function dayNumber(instant: number, timeZone?: string): number {
  const parts = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  return Math.round(Date.parse(`${parts.format(instant * 1000)}T00:00:00Z`) / (DAY * 1000));
}

export interface When {
  day: 'today' | 'tomorrow' | 'later';
  /** "15:00" */
  time: string;
  /** "Monday, 24 November", with the year when it is another one. */
  date: string;
}

/** When something starts, as the parts of a sentence. */
export function whenParts(start: number, now: number, language: string, timeZone?: string): When {
  const date = new Date(start * 1000);
  const apart = dayNumber(start, timeZone) - dayNumber(now, timeZone);
  const sameYear = Math.abs(start - now) < 300 * DAY;
  return {
    day: apart === 0 ? 'today' : apart === 1 ? 'tomorrow' : 'later',
    time: new Intl.DateTimeFormat(language, { timeZone, timeStyle: 'short' }).format(date),
    date: new Intl.DateTimeFormat(language, {
      timeZone,
      weekday: 'long',
      day: 'numeric',
      month: 'long',
      year: sameYear ? undefined : 'numeric',
    }).format(date),
  };
}

/** "in 12 minutes"; null when it is over or more than two days away. */
export function countdown(start: number, now: number, language: string): string | null {
  const left = Math.ceil(start - now);
  if (left <= 0 || left > 2 * DAY) return null;
  const words = new Intl.RelativeTimeFormat(language, { numeric: 'always' });
  if (left < 60) return words.format(left, 'second');
  if (left < 2 * 3600) return words.format(Math.round(left / 60), 'minute');
  if (left < 1.5 * DAY) return words.format(Math.round(left / 3600), 'hour');
  return words.format(Math.round(left / DAY), 'day');
}

/** "4:07" or "1:04:07" for a meeting's length in seconds. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (value: number) => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** "Monday, 24 November, 15:00 – 16:30 GMT+1": from when to when, in the visitor's zone. */
export function span(start: number, seconds: number, language: string, timeZone?: string): string {
  const words = new Intl.DateTimeFormat(language, { timeZone, weekday: 'long', day: 'numeric', month: 'long', hour: 'numeric', minute: '2-digit', timeZoneName: 'short' });
  return words.formatRange(start * 1000, (start + seconds) * 1000);
}

/** "24 November, 15:00 GMT+1" in the visitor's zone. */
export function moment(instant: number, language: string, timeZone?: string): string {
  return new Intl.DateTimeFormat(language, { timeZone, day: 'numeric', month: 'long', hour: 'numeric', minute: '2-digit', timeZoneName: 'short' }).format(instant * 1000);
}

/** "15:04" in the visitor's zone. */
export function timeOfDay(instant: number, language: string): string {
  return new Intl.DateTimeFormat(language, { timeStyle: 'short' }).format(instant * 1000);
}

/** The browser's own variety of a language: British English keeps its clock. */
export function regional(language: string, browser: readonly string[]): string {
  return browser.find((tag) => tag.toLowerCase().split('-')[0] === language) ?? language;
}
