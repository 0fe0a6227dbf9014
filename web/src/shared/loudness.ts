/** How loud a microphone is. Nothing leaves the browser. */

/** Milliseconds between two measures of `listen`. */
export const BLOCK = 100;

/** Loudness 0…1 of one block of samples (−1…1), on a scale that suits a voice: −60 dB is silence, −10 dB is loud. */
export function loudness(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const decibels = 20 * Math.log10(Math.sqrt(sum / samples.length) + 1e-6);
  return Math.min(1, Math.max(0, (decibels + 60) / 50));
}

/** Calls `hear` every `BLOCK` with the loudness of a live track, until the returned function is called. */
export function listen(track: MediaStreamTrack, hear: (level: number) => void): () => void {
  if (typeof AudioContext !== 'function') return () => undefined;
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 2048;
  context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    hear(loudness(samples));
  }, BLOCK);
  // After a reload the browser lets nothing sound, and nothing be measured, before the first press.
  const wake = () => void context.resume();
  window.addEventListener('pointerdown', wake);
  return () => {
    clearInterval(timer);
    window.removeEventListener('pointerdown', wake);
    void context.close();
  };
}
