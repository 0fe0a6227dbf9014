/** Missed calls: one note for each caller, or each meeting that somebody was called into. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
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
  const list = useQuery({ queryKey: KEY, queryFn: ({ signal }) => api.missedCalls(signal), refetchInterval: ({ state }) => (state.data?.some((one) => one.runs) ? 10_000 : 60_000) });
  return {
    notes: notesOf(list.data ?? []),
    putAway: ({ ids }: Note) => {
      client.setQueryData<MissedCall[]>(KEY, (before) => before?.filter((one) => !ids.includes(one.call_id)));
      void api.dismissMissed(ids).catch(() => client.invalidateQueries({ queryKey: KEY }));
    },
  };
}
