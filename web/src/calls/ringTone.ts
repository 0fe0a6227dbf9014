/** Rings until it is stopped: two soft notes, again and again. One page of the browser rings, however many are open. */

const NOTES = [
  { hertz: 659.25, at: 0 },
  { hertz: 783.99, at: 0.22 },
  { hertz: 659.25, at: 0.44 },
];
const EVERY_MS = 2800;
const VOLUME = { loud: 0.22, soft: 0.08 };
const WAKING = ['pointerdown', 'keydown'] as const;

function playOnce(context: AudioContext, volume: number): void {
  for (const { hertz, at } of NOTES) {
    const start = context.currentTime + 0.02 + at;
    const tone = context.createOscillator();
    const gain = context.createGain();
    tone.type = 'triangle';
    tone.frequency.value = hertz;
    gain.gain.setValueAtTime(0, start);
    gain.gain.linearRampToValueAtTime(volume, start + 0.02);
    gain.gain.exponentialRampToValueAtTime(0.001, start + 0.5);
    tone.connect(gain).connect(context.destination);
    tone.start(start);
    tone.stop(start + 0.55);
  }
}

/** `soft` while the person is in a meeting already. Browsers may keep a page silent until it is touched once. */
export function startRinging(how: keyof typeof VOLUME): () => void {
  if (typeof AudioContext === 'undefined') return () => undefined;
  const over = new AbortController();
  const ring = async () => {
    const context = new AudioContext();
    const again = () => {
      if (context.state === 'running') playOnce(context, VOLUME[how]);
      if (how === 'loud') navigator.vibrate?.([300, 200, 300]);
    };
    const wake = () => void context.resume().then(again, () => undefined);
    for (const kind of WAKING) window.addEventListener(kind, wake, { once: true, signal: over.signal });
    const timer = setInterval(again, EVERY_MS);
    again();
    await new Promise<void>((resolve) => over.signal.addEventListener('abort', () => resolve()));
    clearInterval(timer);
    await context.close();
  };
  if (navigator.locks) void navigator.locks.request('rostrum.ring', { signal: over.signal }, ring).catch(() => undefined);
  else void ring();
  return () => over.abort();
}
