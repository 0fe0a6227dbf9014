/** Who is signed in in this browser: the tokens, kept over reloads and renewed before they end. */
import { useSyncExternalStore } from 'react';
import { ApiError, send } from './http';

const KEY = 'rostrum.session';
const CLIENT = 'trueconf_server_users';

interface Tokens {
  access: string;
  refresh: string | null;
  /** Milliseconds since the epoch. */
  endsAt: number;
}

interface TokenAnswer {
  access_token: string;
  refresh_token?: string;
  expires_in: number;
}

const listeners = new Set<() => void>();
/** A token handed over by an embedding page: never stored, and stronger than the stored one. */
let handed: string | null = null;

function read(): Tokens | null {
  try {
    const raw = localStorage.getItem(KEY);
    return raw ? (JSON.parse(raw) as Tokens) : null;
  } catch {
    return null;
  }
}

function write(tokens: Tokens | null): void {
  try {
    if (tokens) localStorage.setItem(KEY, JSON.stringify(tokens));
    else localStorage.removeItem(KEY);
  } catch {
    // Storage may be closed to an embedded page; then the person signs in once per visit.
  }
  for (const listener of listeners) listener();
}

function keep(answer: TokenAnswer): Tokens {
  const tokens = {
    access: answer.access_token,
    refresh: answer.refresh_token ?? null,
    endsAt: Date.now() + answer.expires_in * 1000,
  };
  write(tokens);
  return tokens;
}

/** Signs in with login and password. Throws ApiError with the token endpoint's reason. */
export async function signIn(username: string, password: string): Promise<void> {
  keep(
    await send<TokenAnswer>('/oauth2/v1/token', {
      method: 'POST',
      body: { grant_type: 'password', client_id: CLIENT, username, password },
    }),
  );
}

export function signOut(): void {
  handed = null;
  write(null);
}

/** Uses an embedding page's token for this visit only. */
export function handToken(token: string): void {
  handed = token;
}

async function renew(tokens: Tokens): Promise<string | null> {
  if (!tokens.refresh) {
    write(null);
    return null;
  }
  try {
    const answer = await send<TokenAnswer>('/oauth2/v1/token', {
      method: 'POST',
      body: { grant_type: 'refresh_token', client_id: CLIENT, refresh_token: tokens.refresh },
    });
    return keep({ refresh_token: tokens.refresh, ...answer }).access;
  } catch (error) {
    if (error instanceof ApiError && error.reason === 'offline') throw error;
    write(null);
    return null;
  }
}

/** The access token, renewed when it ends within half a minute; null when nobody is signed in. */
export async function accessToken(): Promise<string | null> {
  if (handed) return handed;
  const tokens = read();
  if (!tokens) return null;
  if (tokens.endsAt - Date.now() > 30_000) return tokens.access;
  // Refresh tokens may be single-use: one tab renews, the others read what it stored.
  const locked = async () => {
    const now = read();
    if (!now) return null;
    return now.endsAt - Date.now() > 30_000 ? now.access : renew(now);
  };
  return navigator.locks ? navigator.locks.request('rostrum.renew', locked) : locked();
}

function subscribe(listener: () => void): () => void {
  const onStorage = (event: StorageEvent) => {
    if (event.key === KEY) listener();
  };
  listeners.add(listener);
  window.addEventListener('storage', onStorage);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('storage', onStorage);
  };
}

/** True while somebody is signed in, in this tab or in another one. */
export function useSignedIn(): boolean {
  return useSyncExternalStore(subscribe, () => handed !== null || read() !== null);
}
