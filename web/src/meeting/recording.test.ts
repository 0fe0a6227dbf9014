import { describe, expect, it } from 'vitest';
import type { MeetingState } from '../shared/api.types';
import { holdsSomething, recordingWord } from './recording';

type State = MeetingState['recording'];

/** What is said while a recording goes through these states. */
function said(...states: State[]): (string | null)[] {
  let [was, holds]: [State, boolean] = ['off', false];
  return states.map((now) => {
    const word = recordingWord(was, now, holds);
    [was, holds] = [now, holdsSomething(now, holds)];
    return word;
  });
}

describe('the words of a recording', () => {
  it('say nothing of a click, and everything else once', () => {
    expect(said('starting', 'on', 'on', 'paused', 'starting', 'on', 'off')).toEqual([null, 'on', null, 'paused', 'starting', 'on', 'off']);
  });

  it('say that it did not begin only where nothing was recorded', () => {
    expect(said('starting', 'off').at(-1)).toBe('notBegun');
    expect(said('starting', 'waiting', 'off').at(-1)).toBe('notBegun');
    expect(said('on', 'paused', 'starting', 'off').at(-1)).toBe('off');
    expect(said('on', 'off', 'starting', 'off').at(-1)).toBe('notBegun');
  });

  it('say what is kept of one that was interrupted, also to who came later', () => {
    expect(said('on', 'interrupted', 'off')).toEqual(['on', 'interrupted', 'cutShort']);
    expect(said('interrupted', 'off')).toEqual(['interrupted', 'cutShort']);
    expect(said('interrupted', 'on', 'off')).toEqual(['interrupted', 'on', 'off']);
  });
});
