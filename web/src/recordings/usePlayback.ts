/** Connects a video element with a playlist: by hls.js, or by the browser itself where that is all it can. */
import { useEffect, useRef, useState } from 'react';
import { withTicket } from './rules';

export type Playback = 'loading' | 'ready' | 'away' | 'broken';

const AGAIN_MS = 5000;

/** `address` is renewed now and then: a newer one replaces its ticket and nothing else. The picture of the second `look`
 * is shown until it is played.
 */
export function usePlayback(video: React.RefObject<HTMLVideoElement | null>, address: string, look: number): Playback {
  const [state, setState] = useState<Playback>('loading');
  const newest = useRef(address);
  const first = useRef(look);
  useEffect(() => {
    newest.current = address;
  }, [address]);
  useEffect(() => {
    const element = video.current;
    if (!element) return;
    let over = false;
    let close = () => {};
    const ready = () => setState('ready');
    element.addEventListener('loadeddata', ready);
    const fromTheBeginning = () => {
      if (Math.abs(element.currentTime - first.current) < 0.05) element.currentTime = 0;
    };
    element.addEventListener('play', fromTheBeginning, { once: true });
    const broken = () => setState('broken');
    const away = (is: boolean) => setState(is ? 'away' : 'ready');
    const begin = async () => {
      const { default: Hls } = await import('hls.js/light');
      if (!over) close = Hls.isSupported() ? byHls(Hls, element, { newest, first: first.current }, broken, away) : byBrowser(element, { newest, first: first.current }, broken);
    };
    begin().catch(broken);
    return () => {
      over = true;
      element.removeEventListener('loadeddata', ready);
      element.removeEventListener('play', fromTheBeginning);
      close();
    };
  }, [video]);
  return state;
}

interface What {
  newest: React.RefObject<string>;
  first: number;
}

function byHls(Hls: typeof import('hls.js/light').default, element: HTMLVideoElement, { newest, first }: What, broken: () => void, away: (is: boolean) => void): () => void {
  const hls = new Hls({
    // The pieces are fragmented MP4 already, so there is nothing for a worker to do.
    enableWorker: false,
    startPosition: first,
    maxBufferLength: 30,
    backBufferLength: 60,
    xhrSetup: (request, url) => request.open('GET', withTicket(url, newest.current), true),
  });
  let mended = false;
  let again: ReturnType<typeof setTimeout> | undefined;
  hls.on(Hls.Events.FRAG_BUFFERED, () => {
    if (again !== undefined) away(false);
    again = undefined;
  });
  hls.on(Hls.Events.ERROR, (_event, { fatal, type, details, response }) => {
    if (!fatal) return;
    if (type === Hls.ErrorTypes.MEDIA_ERROR && !mended) {
      mended = true;
      hls.recoverMediaError();
    } else if (type === Hls.ErrorTypes.NETWORK_ERROR && navigator.onLine === false) {
      window.addEventListener('online', () => hls.startLoad(), { once: true });
    } else if (type === Hls.ErrorTypes.NETWORK_ERROR && comesBack(details, response?.code)) {
      away(true);
      again = setTimeout(() => (hls.levels.length > 0 ? hls.startLoad() : hls.loadSource(newest.current)), AGAIN_MS);
    } else broken();
  });
  hls.loadSource(newest.current);
  hls.attachMedia(element);
  return () => {
    clearTimeout(again);
    hls.destroy();
  };
}

/** Whether the server, or the storage behind it, only does not answer now. */
const comesBack = (details: string, status: number | undefined): boolean => details.endsWith('TimeOut') || status === 0 || (status ?? 0) >= 500;

function byBrowser(element: HTMLVideoElement, { newest, first }: What, broken: () => void): () => void {
  if (!element.canPlayType('application/vnd.apple.mpegurl')) {
    broken();
    return () => {};
  }
  let used = '';
  const load = () => {
    if (used === newest.current) return broken();
    // The ticket of the address that was used has ended; the place where one was is kept.
    const at = element.currentTime;
    used = newest.current;
    element.src = used;
    const goOn = () => {
      if (at > 0 || element.paused) element.currentTime = at || first;
    };
    element.addEventListener('loadedmetadata', goOn, { once: true });
  };
  element.addEventListener('error', load);
  load();
  return () => {
    element.removeEventListener('error', load);
    element.removeAttribute('src');
    element.load();
  };
}
