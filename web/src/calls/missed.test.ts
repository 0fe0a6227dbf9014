import { expect, it } from 'vitest';
import type { MissedCall } from '../shared/api.types';
import { notesOf } from './missed';

function call(id: number, caller: string, conference: string, opens: boolean): MissedCall {
  return { call_id: id, conference_id: conference, topic: 'Plan', caller: { id: caller, display_name: caller, avatar: null }, opens, called_at: id, runs: false, is_known: true };
}

it('makes one note of the calls of one person, and one of each meeting', () => {
  const calls = [call(9, 'ann', 'c9', true), call(8, 'bob', 'plan', false), call(7, 'ann', 'c7', true), call(6, 'ann', 'plan', false), call(5, 'bob', 'plan', false)];
  expect(notesOf(calls).map(({ newest, ids }) => [newest.call_id, ids])).toEqual([
    [9, [9, 7]],
    [8, [8, 5]],
    [6, [6]],
  ]);
});
