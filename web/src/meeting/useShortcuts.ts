/** Keys as people know them: Ctrl+D, Ctrl+E, Ctrl+Alt+H for the hand, space to talk while muted or for a remark, ? for the list. */
import { useEffect, useRef } from 'react';
import { useMeeting } from './context';
import type { Controls } from './useControls';
import type { Hand } from './useHand';
import type { RemarkControl } from './useRemark';
import type { VoiceControl } from './useVoice';

function writes(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

/** A focused button takes the space key for itself. */
function presses(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('button, a, [role="menuitem"]') !== null && target.matches(':focus-visible');
}

export interface Keys {
  controls: Controls;
  /** Listeners have no microphone to switch; space is for a remark. */
  listening: boolean;
  hand: Hand;
  remark: RemarkControl;
  /** What Ctrl+D switches for a listener of a smart meeting. */
  voice: VoiceControl;
}

export function useShortcuts(keys: Keys): void {
  const { setDialog, dialog } = useMeeting();
  const latest = useRef({ ...keys, dialog });
  useEffect(() => {
    latest.current = { ...keys, dialog };
  });
  useEffect(() => {
    let talking = false;
    const stopTalking = () => {
      if (!talking) return;
      talking = false;
      if (latest.current.listening) latest.current.remark.release();
      else latest.current.controls.microphone.set(false);
    };
    const down = (event: KeyboardEvent) => {
      const { listening, hand, remark, voice, controls } = latest.current;
      const { microphone, camera } = controls;
      if (event.code === 'KeyH' && event.ctrlKey && (event.altKey || event.metaKey) && !event.shiftKey) {
        event.preventDefault();
        if (!event.repeat) hand.toggle();
        return;
      }
      if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey) {
        // `code`, so that the keys work with a Cyrillic layout too.
        if (event.code !== 'KeyD' && event.code !== 'KeyE') return;
        event.preventDefault();
        if (event.repeat) return;
        if (event.code === 'KeyD' && voice.may) voice.toggle();
        if (listening) return;
        if (event.code === 'KeyD') microphone.toggle();
        else camera.toggle();
        return;
      }
      if (writes(event.target)) return;
      if (event.key === '?') setDialog(latest.current.dialog === 'shortcuts' ? null : 'shortcuts');
      if (event.code === 'Space' && !event.repeat && !presses(event.target) && latest.current.dialog === null) {
        if (listening ? !remark.may : microphone.on) return;
        event.preventDefault();
        talking = true;
        if (listening) remark.press();
        else microphone.set(true);
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
