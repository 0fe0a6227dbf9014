/** Short words that come and go over the stage; they are read out, too. */
import { useSyncExternalStore } from 'react';

export interface Notice {
  key: string;
  text: string;
  /** Milliseconds that it is shown; five seconds unless told otherwise. */
  stay?: number;
  /** Pressed notices run this and go away. */
  onPress?: () => void;
}

const STAY = 5000;
let notices: readonly Notice[] = [];
const listeners = new Set<() => void>();
const timers = new Map<string, ReturnType<typeof setTimeout>>();

function set(next: readonly Notice[]): void {
  notices = next;
  for (const listener of listeners) listener();
}

/** Shows a notice for a while; one with the same key takes the place of the earlier one. */
export function notify(notice: Notice): void {
  clearTimeout(timers.get(notice.key));
  timers.set(notice.key, setTimeout(() => dismiss(notice.key), notice.stay ?? STAY));
  set([...notices.filter((one) => one.key !== notice.key), notice].slice(-3));
}

export function dismiss(key: string): void {
  clearTimeout(timers.get(key));
  timers.delete(key);
  if (notices.some((one) => one.key === key)) set(notices.filter((one) => one.key !== key));
}

export function useNotices(): readonly Notice[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => notices,
  );
}
