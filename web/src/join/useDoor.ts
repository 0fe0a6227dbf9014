/** Waiting before the door: holds the line by the place's own token until the host has decided. */
import { useEffect, useRef } from 'react';
import type { Participation } from '../shared/api.types';
import { holdLine } from '../shared/line';

/** `unsure`: the place is not known any more; joining anew tells why. */
export type Decision = 'admitted' | 'refused' | 'ended' | 'unsure';

const DECISIONS = new Set(['admitted', 'refused', 'ended']);

/** Tells the decision once for each place. A broken line comes back by itself. */
export function useDoor(waiting: Participation | null, decided: (decision: Decision) => void): void {
  const latest = useRef(decided);
  useEffect(() => {
    latest.current = decided;
  });
  const token = waiting?.participant_token;
  useEffect(() => {
    if (!token) return;
    let over = false;
    const tell = (decision: Decision) => {
      if (over) return;
      over = true;
      latest.current(decision);
    };
    const end = holdLine(
      async () => token,
      (url) => new WebSocket(url),
      ({ type }) => {
        if (DECISIONS.has(type)) tell(type as Decision);
      },
      () => tell('unsure'),
    );
    return () => {
      over = true;
      end();
    };
  }, [token]);
}
