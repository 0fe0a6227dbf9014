/** Connects a video element with a live stream: by hls.js, or by the browser itself where that is all it can. */
import { useEffect, useEffectEvent, useState } from 'react';

export type Playback = 'loading' | 'ready' | 'ended';

const AGAIN_MS = 2000;

/** `onBroken` is told when the stream cannot be had any more; it is tried again after a moment. */
export function useLivePlayback(video: React.RefObject<HTMLVideoElement | null>, address: string, onBroken: () => void): Playback {
  const [state, setState] = useState<Playback>('loading');
  const tell = useEffectEvent(onBroken);
  useEffect(() => {
    const element = video.current;
    if (!element) return;
    let over = false;
    let close = () => {};
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ready = () => setState('ready');
    const ended = () => setState('ended');
    element.addEventListener('loadeddata', ready);
    element.addEventListener('ended', ended);
    const begin = async () => {
      setState('loading');
      const { default: Hls } = await import('hls.js/light');
      if (!over) close = Hls.isSupported() ? byHls(Hls, element, address, broken) : byBrowser(element, address, broken);
    };
    const broken = () => {
      if (over || timer !== undefined) return;
      close();
      close = () => {};
      tell();
      timer = setTimeout(() => {
        timer = undefined;
        begin().catch(broken);
      }, AGAIN_MS);
    };
    begin().catch(broken);
    return () => {
      over = true;
      clearTimeout(timer);
      element.removeEventListener('loadeddata', ready);
      element.removeEventListener('ended', ended);
      close();
    };
  }, [video, address]);
  return state;
}

function byHls(Hls: typeof import('hls.js/light').default, element: HTMLVideoElement, address: string, broken: () => void): () => void {
  const hls = new Hls({
    // The parts are fragmented MP4 already, so there is nothing for a worker to do.
    enableWorker: false,
    lowLatencyMode: true,
    // Whoever fell behind catches up by playing a little faster, which nobody hears.
    maxLiveSyncPlaybackRate: 1.06,
    liveDurationInfinity: true,
    backBufferLength: 15,
  });
  let mended = false;
  hls.on(Hls.Events.ERROR, (_event, { fatal, type }) => {
    if (!fatal) return;
    if (type === Hls.ErrorTypes.MEDIA_ERROR && !mended) {
      mended = true;
      hls.recoverMediaError();
    } else broken();
  });
  hls.loadSource(address);
  hls.attachMedia(element);
  return () => hls.destroy();
}

function byBrowser(element: HTMLVideoElement, address: string, broken: () => void): () => void {
  element.addEventListener('error', broken);
  element.src = address;
  return () => {
    element.removeEventListener('error', broken);
    element.removeAttribute('src');
    element.load();
  };
}
