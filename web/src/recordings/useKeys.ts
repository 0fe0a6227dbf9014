/** The keys of a player, wherever the focus is outside of fields and buttons. */
import { useEffect } from 'react';

const SKIP = 10;

export function useKeys(video: React.RefObject<HTMLVideoElement | null>, onSpeed: (direction: 1 | -1) => void): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const element = video.current;
      if (!element || event.ctrlKey || event.metaKey || event.altKey || busy(event.target)) return;
      const act = actions(element, onSpeed)[event.key.length === 1 ? event.key.toLowerCase() : event.key];
      if (!act) return;
      // Before the browser's own keys of the video: each press counts once.
      event.preventDefault();
      event.stopPropagation();
      act();
    };
    window.addEventListener('keydown', press, true);
    return () => window.removeEventListener('keydown', press, true);
  }, [video, onSpeed]);
}

function actions(element: HTMLVideoElement, onSpeed: (direction: 1 | -1) => void): Record<string, () => void> {
  const go = (seconds: number) => () => {
    element.currentTime = Math.max(0, Math.min(element.duration || 0, element.currentTime + seconds));
  };
  const play = () => void (element.paused ? element.play().catch(() => undefined) : element.pause());
  return {
    ' ': play,
    k: play,
    ArrowLeft: go(-SKIP),
    ArrowRight: go(SKIP),
    '<': () => onSpeed(-1),
    '>': () => onSpeed(1),
    m: () => {
      element.muted = !element.muted;
    },
    f: () => void (document.fullscreenElement ? document.exitFullscreen() : element.requestFullscreen?.()),
  };
}

function busy(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('input, select, textarea, button, a, [role=menu]') !== null;
}
