import { QueryClient } from '@tanstack/react-query';
import { afterEach, expect, it, vi } from 'vitest';
import type { MissedCall } from '../shared/api.types';
import { missedQuery, notesOf, putAway } from './missed';

afterEach(() => vi.unstubAllGlobals());

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

it('what was put away does not come back by an answer that was read before', async () => {
  const answers: ((answer: Response) => void)[] = [];
  vi.stubGlobal('fetch', () => new Promise<Response>((resolve) => answers.push(resolve)));
  const list = () => Response.json({ calls: [call(2, 'ann', 'c2', true), call(1, 'bob', 'c1', true)] });
  const client = new QueryClient();
  const asked = async (count: number) => vi.waitUntil(() => answers.length === count);
  const reading = client.fetchQuery(missedQuery);
  await asked(1);
  const putting = putAway(client, { ids: [2] });
  await asked(2);
  answers[0]?.(list());
  await reading;
  const ids = () => client.getQueryData<MissedCall[]>(missedQuery.queryKey)?.map((one) => one.call_id);
  expect(ids()).toEqual([1]);
  answers[1]?.(new Response(null, { status: 503 }));
  await putting;
  const again = client.fetchQuery(missedQuery);
  await asked(3);
  answers[2]?.(list());
  await again;
  expect(ids()).toEqual([2, 1]);
});
