/** Keys as people know them: Ctrl+D, Ctrl+E, space to talk while muted, ? for the list. */
import { useEffect, useRef } from 'react';
import { useMeeting } from './context';
import type { Controls } from './useControls';

function writes(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

/** A focused button takes the space key for itself. */
function presses(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('button, a, [role="menuitem"]') !== null && target.matches(':focus-visible');
}

export function useShortcuts(controls: Controls): void {
  const { setDialog, dialog } = useMeeting();
  const latest = useRef({ controls, dialog });
  useEffect(() => {
    latest.current = { controls, dialog };
  });
  useEffect(() => {
    let talking = false;
    const stopTalking = () => {
      if (!talking) return;
      talking = false;
      latest.current.controls.microphone.set(false);
    };
    const down = (event: KeyboardEvent) => {
      const { microphone, camera } = latest.current.controls;
      if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey) {
        // `code`, so that the keys work with a Cyrillic layout too.
        if (event.code !== 'KeyD' && event.code !== 'KeyE') return;
        event.preventDefault();
        if (event.repeat) return;
        if (event.code === 'KeyD') microphone.toggle();
        else camera.toggle();
        return;
      }
      if (writes(event.target)) return;
      if (event.key === '?') setDialog(latest.current.dialog === 'shortcuts' ? null : 'shortcuts');
      if (event.code === 'Space' && !event.repeat && !presses(event.target) && latest.current.dialog === null && !microphone.on) {
        event.preventDefault();
        talking = true;
        microphone.set(true);
      }
    };
    const up = (event: KeyboardEvent) => {
      if (event.code === 'Space') stopTalking();
    };
    window.addEventListener('keydown', down, { capture: true });
    window.addEventListener('keyup', up);
    window.addEventListener('blur', stopTalking);
    return () => {
      window.removeEventListener('keydown', down, { capture: true });
      window.removeEventListener('keyup', up);
      window.removeEventListener('blur', stopTalking);
    };
  }, [setDialog]);
}
