/** A guest's name, kept for the next time. */

const KEY = 'rostrum.name';

export function readName(): string {
  try {
    return localStorage.getItem(KEY) ?? '';
  } catch {
    return '';
  }
}

export function keepName(name: string): void {
  try {
    localStorage.setItem(KEY, name);
  } catch {
    // Asked again next time.
  }
}
