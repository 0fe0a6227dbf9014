/** A few addresses, one document: moving from the join page to the meeting keeps camera and microphone. */
import { useSyncExternalStore } from 'react';

export type Route = { page: 'home' } | { page: 'join' | 'register' | 'meeting'; id: string };

/** What an address shows; an unknown one shows home. */
export function parseRoute(path: string): Route {
  const match = /^\/(c|webrtc)\/([^/]+)(\/register)?\/?$/.exec(path);
  if (!match?.[2] || (match[1] === 'webrtc' && match[3])) return { page: 'home' };
  try {
    return { page: match[3] ? 'register' : match[1] === 'c' ? 'join' : 'meeting', id: decodeURIComponent(match[2]) };
  } catch {
    return { page: 'home' };
  }
}

export const joinPath = (id: string) => `/c/${encodeURIComponent(id)}`;
export const registerPath = (id: string) => `${joinPath(id)}/register`;
export const meetingPath = (id: string) => `/webrtc/${encodeURIComponent(id)}`;

/** Goes to another address of this app without loading the document again. */
export function navigate(path: string, how: 'push' | 'replace' = 'push'): void {
  if (how === 'push') history.pushState(null, '', path);
  else history.replaceState(null, '', path);
  window.dispatchEvent(new PopStateEvent('popstate'));
  window.scrollTo(0, 0);
}

function subscribe(listener: () => void): () => void {
  window.addEventListener('popstate', listener);
  return () => window.removeEventListener('popstate', listener);
}

export function usePath(): string {
  return useSyncExternalStore(subscribe, () => location.pathname);
}
