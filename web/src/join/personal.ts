/** A personal link: it came by letter after registering, and proves who joins. */
import { directEntry } from '../meeting/direct';

export interface Personal {
  name: string;
  token: string;
}

const key = (id: string) => `rostrum.personal.${id}`;

/** The personal link by which this tab came; its secret goes out of the address before anything can copy or log it. */
export function personalLink(id: string): Personal | null {
  const direct = directEntry(location.hash);
  try {
    if (direct?.guest && direct.token) {
      const personal = { name: direct.guest, token: direct.token };
      history.replaceState(null, '', location.pathname + location.search);
      sessionStorage.setItem(key(id), JSON.stringify(personal));
      return personal;
    }
    const kept = sessionStorage.getItem(key(id));
    return kept ? (JSON.parse(kept) as Personal) : null;
  } catch {
    // Without storage the link works until the page is loaded again.
    return direct?.guest && direct.token ? { name: direct.guest, token: direct.token } : null;
  }
}
