/** Loudness 0…1 of one block of samples (−1…1), on a scale that suits a voice: −60 dB is silence, −10 dB is loud. */
export function loudness(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const decibels = 20 * Math.log10(Math.sqrt(sum / samples.length) + 1e-6);
  return Math.min(1, Math.max(0, (decibels + 60) / 50));
}
