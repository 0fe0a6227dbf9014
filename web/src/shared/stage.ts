/** Whether the dark stage is shown: then everything around it is dark too. */
import { useEffect, useSyncExternalStore } from 'react';

let shown = 0;
const listeners = new Set<() => void>();

function change(by: 1 | -1): void {
  shown += by;
  for (const listener of listeners) listener();
}

export const isStageShown = (): boolean => shown > 0;

export function useStageShown(): boolean {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, isStageShown);
}

/** Keeps the app dark while the calling component is on screen. */
export function useDarkStage(): void {
  useEffect(() => {
    change(1);
    document.documentElement.toggleAttribute('data-stage', true);
    return () => {
      change(-1);
      document.documentElement.toggleAttribute('data-stage', shown > 0);
    };
  }, []);
}
