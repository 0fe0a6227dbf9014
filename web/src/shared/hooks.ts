/** Small hooks that several pages need. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from './api';
import { useSignedIn } from './session';
import { regional } from './time';

/** True once `waiting` has lasted 150 ms: shorter waits show nothing instead of a flash. */
export function useLate(waiting: boolean, milliseconds = 150): boolean {
  const [late, setLate] = useState(false);
  useEffect(() => {
    if (!waiting) {
      setLate(false);
      return;
    }
    const timer = setTimeout(() => setLate(true), milliseconds);
    return () => clearTimeout(timer);
  }, [waiting, milliseconds]);
  return waiting && late;
}

/** The signed-in person; disabled while nobody is. */
export function useMe() {
  const signedIn = useSignedIn();
  const query = useQuery({
    queryKey: ['me'],
    queryFn: ({ signal }) => api.me(signal),
    enabled: signedIn,
    staleTime: 60_000,
  });
  const client = useQueryClient();
  useEffect(() => {
    if (!signedIn) client.removeQueries({ queryKey: ['me'] });
  }, [signedIn, client]);
  return { signedIn, me: signedIn ? query.data : undefined, loading: signedIn && query.isPending, error: query.error };
}

/** The language for dates and times: the chosen one in the browser's variety. */
export function useRegional(): string {
  const { i18n } = useTranslation();
  return regional(i18n.language, navigator.languages);
}

/** Unix seconds by the server's clock, moving once a second while `ticking`. */
export function useServerNow(serverTime: number | undefined, ticking: boolean): number {
  const [skew, setSkew] = useState(0);
  const [now, setNow] = useState(() => Date.now() / 1000);
  useEffect(() => {
    if (serverTime !== undefined) setSkew(serverTime - Date.now() / 1000);
  }, [serverTime]);
  useEffect(() => {
    if (!ticking) return;
    const timer = setInterval(() => setNow(Date.now() / 1000), 1000);
    return () => clearInterval(timer);
  }, [ticking]);
  return now + skew;
}
