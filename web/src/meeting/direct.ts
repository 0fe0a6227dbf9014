/** The credentials that an embedding page puts behind the `#` of the meeting's address. */

export interface Direct {
  /** A guest's name, or null for a user with an account. */
  guest: string | null;
  /** Of the account; of a guest the proof of the id that the link was made for. */
  token: string | null;
}

const GUEST = '*guest*';

/** Reads `#login=…&token=…&lang=…`; null when the address carries no login. */
export function directEntry(hash: string): Direct | null {
  const values = new URLSearchParams(hash.replace(/^#/, ''));
  const login = values.get('login');
  if (login === null) return null;
  if (login.startsWith(GUEST)) return { guest: login.slice(GUEST.length).trim() || 'Guest', token: values.get('token') };
  return { guest: null, token: values.get('token') };
}
