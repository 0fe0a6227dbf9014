/** Missed calls: one note for each caller, or each meeting that somebody was called into. */
import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { api } from '../shared/api';
import type { MissedCall } from '../shared/api.types';
import { onLine } from '../shared/line';

const KEY = ['missed-calls'];

export interface Note {
  newest: MissedCall;
  ids: number[];
}

/** The calls, newest first, as notes. */
export function notesOf(calls: readonly MissedCall[]): Note[] {
  const notes = new Map<string, Note>();
  for (const call of calls) {
    const key = call.opens ? call.caller.id : `${call.caller.id} ${call.conference_id}`;
    const known = notes.get(key);
    if (known) known.ids.push(call.call_id);
    else notes.set(key, { newest: call, ids: [call.call_id] });
  }
  return [...notes.values()];
}

/** Put away on this page: an answer that was read before the server knew does not bring them back. */
const away = new Set<number>();

export const missedQuery = {
  queryKey: KEY,
  queryFn: async ({ signal }: { signal?: AbortSignal }) => (await api.missedCalls(signal)).filter((one) => !away.has(one.call_id)),
};

export async function putAway(client: QueryClient, { ids }: Pick<Note, 'ids'>): Promise<void> {
  for (const id of ids) away.add(id);
  client.setQueryData<MissedCall[]>(KEY, (before) => before?.filter((one) => !away.has(one.call_id)));
  try {
    await api.dismissMissed(ids);
  } catch {
    for (const id of ids) away.delete(id);
    await client.invalidateQueries({ queryKey: KEY });
  }
}

/** The notes of the signed-in person, and putting one away. */
export function useMissed() {
  const client = useQueryClient();
  useEffect(
    () =>
      onLine((message) => {
        // Ringing has ended somehow, or a page comes back after a while.
        if (message.type === 'callOver' || message.type === 'welcome') void client.invalidateQueries({ queryKey: KEY });
      }),
    [client],
  );
  const list = useQuery({ ...missedQuery, refetchInterval: ({ state }) => (state.data?.some((one) => one.runs) ? 10_000 : 60_000) });
  return {
    notes: notesOf(list.data ?? []),
    putAway: (note: Note) => void putAway(client, note),
  };
}
