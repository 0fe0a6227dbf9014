/** A few addresses, one document: moving from the join page to the meeting keeps camera and microphone. */
import { useSyncExternalStore } from 'react';

export type Route = { page: 'home' | 'recordings' } | { page: 'join' | 'register' | 'live' | 'meeting' | 'recording'; id: string };

const pages = [
  [/^\/c\/([^/]+)\/?$/, 'join'],
  [/^\/c\/([^/]+)\/register\/?$/, 'register'],
  [/^\/c\/([^/]+)\/live\/?$/, 'live'],
  [/^\/webrtc\/([^/]+)\/?$/, 'meeting'],
  [/^\/recordings\/(\d+)\/?$/, 'recording'],
] as const;

/** What an address shows; an unknown one shows home. */
export function parseRoute(path: string): Route {
  if (/^\/recordings\/?$/.test(path)) return { page: 'recordings' };
  for (const [form, page] of pages) {
    const id = form.exec(path)?.[1];
    if (id === undefined) continue;
    try {
      return { page, id: decodeURIComponent(id) };
    } catch {
      return { page: 'home' };
    }
  }
  return { page: 'home' };
}

export const joinPath = (id: string) => `/c/${encodeURIComponent(id)}`;
export const registerPath = (id: string) => `${joinPath(id)}/register`;
export const livePath = (id: string) => `${joinPath(id)}/live`;
export const recordingsPath = '/recordings';
export const recordingPath = (id: number) => `/recordings/${id}`;
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
