/** What is said of a recording when its state changes: values in, values out. */
import type { MeetingState } from '../shared/api.types';

type State = MeetingState['recording'];

/** Which words are said when `was` becomes `now`; null: none. `holds`: something of the recording is in its file. */
export function recordingWord(was: State, now: State, holds: boolean): State | 'cutShort' | 'notBegun' | null {
  if (was === now || (was === 'off' && now === 'starting')) return null;
  if (now !== 'off') return now;
  if (was === 'interrupted') return 'cutShort';
  return holds ? 'off' : 'notBegun';
}

/** Whether something of the recording is in its file by now, as far as this page has seen. */
export function holdsSomething(now: State, before: boolean): boolean {
  return now !== 'off' && (before || now === 'on' || now === 'paused' || now === 'interrupted');
}
