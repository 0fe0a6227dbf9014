/** What a live picture does now: plays, is silent, is behind; and what its buttons do. */
import { useEffect, useState } from 'react';
import { BEHIND } from './rules';

export interface Shown {
  playing: boolean;
  muted: boolean;
  /** The newest pictures are further on. */
  behind: boolean;
  /** The browser did not let the sound begin by itself. */
  silenced: boolean;
}

export type Picture = HTMLVideoElement & { webkitEnterFullscreen?: () => void };

export function useShown(video: React.RefObject<Picture | null>): Shown {
  const [shown, setShown] = useState<Shown>({ playing: false, muted: false, behind: false, silenced: false });
  useEffect(() => {
    const element = video.current;
    if (!element) return;
    const look = () => {
      const [playing, muted, behind] = [!element.paused, element.muted, isBehind(element)];
      setShown((now) => {
        const silenced = now.silenced && muted;
        const same = now.playing === playing && now.muted === muted && now.behind === behind && now.silenced === silenced;
        return same ? now : { playing, muted, behind, silenced };
      });
    };
    const begin = () => void start(element).then((silenced) => silenced && setShown((now) => ({ ...now, silenced, muted: true })));
    const events = ['play', 'pause', 'volumechange', 'timeupdate', 'progress'] as const;
    for (const one of events) element.addEventListener(one, look);
    element.addEventListener('loadeddata', begin);
    return () => {
      for (const one of events) element.removeEventListener(one, look);
      element.removeEventListener('loadeddata', begin);
    };
  }, [video]);
  return shown;
}

/** Plays or pauses. What went by while it stood still is over: it goes on where the meeting is. */
export function toggle(element: Picture | null): void {
  if (!element) return;
  if (!element.paused) element.pause();
  else if (isBehind(element)) toLive(element);
  else void element.play().catch(() => undefined);
}

export function toLive(element: Picture | null): void {
  if (!element) return;
  element.currentTime = Math.max(0, edge(element) - AT_EDGE);
  void element.play().catch(() => undefined);
}

export function mute(element: Picture | null): void {
  if (element) element.muted = !element.muted;
}

/** With its buttons where the browser can do that, else in its own way. */
export function full(element: Picture | null, screen: HTMLElement | null): void {
  if (document.fullscreenElement) void document.exitFullscreen();
  else if (screen?.requestFullscreen) void screen.requestFullscreen().catch(() => undefined);
  else element?.webkitEnterFullscreen?.();
}

/** Seconds before the newest picture at which there is enough to play on. */
const AT_EDGE = 4;

/** Plays with sound, or without where the browser wants a press first. Resolves to whether it had to be silent. */
async function start(element: Picture): Promise<boolean> {
  try {
    await element.play();
    return false;
  } catch (error) {
    if (!(error instanceof DOMException) || error.name !== 'NotAllowedError') return false;
  }
  element.muted = true;
  await element.play().catch(() => undefined);
  return true;
}

const isBehind = (element: Picture): boolean => edge(element) - element.currentTime > BEHIND;

function edge(element: Picture): number {
  const known = [element.seekable, element.buffered].filter((one) => one.length > 0).map((one) => one.end(one.length - 1));
  return Math.max(0, ...known.filter(Number.isFinite));
}
