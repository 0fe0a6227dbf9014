/** What there is to see of a conference, asked again and again with the viewer's place. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../shared/api';
import type { LiveView } from '../shared/api.types';
import { reasonOf } from '../shared/http';
import { askAgain, endsWatching, isAway, phaseOf, type Phase } from './rules';

export interface Watching {
  phase: Phase;
  view: LiveView | undefined;
  reason: string | null;
  askNow: () => void;
}

export function useLiveView(id: string): Watching {
  const [hasPlayed, setPlayed] = useState(false);
  const asked = useQuery({
    queryKey: ['live', id],
    queryFn: async ({ signal }) => {
      const view = await api.watch(id, readPlace(id), signal);
      keepPlace(id, view.viewer);
      if (view.state === 'on') setPlayed(true);
      return view;
    },
    retry: false,
    staleTime: 0,
    gcTime: 0,
    // Also while the page is behind others: the sound goes on, and the place is to be kept.
    refetchIntervalInBackground: true,
    refetchInterval: ({ state }) => askAgain(state.error ? 'refused' : (state.data?.state ?? 'loading')),
  });
  const reason = asked.error ? reasonOf(asked.error) : null;
  const phase = phaseOf({
    view: asked.data,
    refused: reason !== null && !(isAway(reason) && asked.data?.state === 'on'),
    hasPlayed: hasPlayed && (reason === null || endsWatching(reason)),
  });
  return { phase, view: asked.data, reason, askNow: () => void asked.refetch() };
}

const key = (id: string) => `rostrum.live.${id}`;

/** A page that is loaded anew has its place still. */
function readPlace(id: string): string | null {
  try {
    return sessionStorage.getItem(key(id));
  } catch {
    return null;
  }
}

function keepPlace(id: string, place: string | null): void {
  try {
    if (place) sessionStorage.setItem(key(id), place);
  } catch {
    // The page keeps its place as long as it is not loaded anew.
  }
}
