/** Lets the tab's title change to and fro, so that a call is seen from another tab. */
import { useEffect } from 'react';

const EVERY_MS = 1000;

export function useFlashingTitle(text: string | null): void {
  useEffect(() => {
    if (!text) return;
    let own = document.title;
    const flash = () => {
      if (document.title === text) {
        document.title = own;
        return;
      }
      own = document.title;
      document.title = text;
    };
    flash();
    const timer = setInterval(flash, EVERY_MS);
    return () => {
      clearInterval(timer);
      if (document.title === text) document.title = own;
    };
  }, [text]);
}
