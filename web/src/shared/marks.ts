/** Moments that browser tests and the benchmark read: `window.__rostrum.performance` and performance marks. */

export interface Moments {
  /** Milliseconds since the page's time origin. */
  joinClick?: number;
  connected?: number;
  localVideo?: number;
  firstRemoteFrame?: number;
}

export interface TestHook {
  /** The livekit-client Room, while a meeting is shown. */
  room?: unknown;
  performance: Moments;
}

declare global {
  interface Window {
    __rostrum: TestHook;
  }
}

export function hook(): TestHook {
  window.__rostrum ??= { performance: {} };
  return window.__rostrum;
}

/** Notes a moment; a new join click starts the count anew, the others keep their first time. */
export function mark(moment: keyof Moments): void {
  const moments = hook().performance;
  if (moment === 'joinClick') {
    delete moments.connected;
    delete moments.localVideo;
    delete moments.firstRemoteFrame;
  } else if (moments[moment] !== undefined) {
    return;
  }
  moments[moment] = performance.now();
  performance.mark(`rostrum:${moment}`);
}
