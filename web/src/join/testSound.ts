/** Two soft notes through the chosen speaker. */

const NOTES = [
  { hertz: 523.25, at: 0 },
  { hertz: 659.25, at: 0.18 },
];

export async function playTestSound(speakerId: string): Promise<void> {
  const context = new AudioContext();
  const out = context.createMediaStreamDestination();
  const audio = new Audio();
  audio.srcObject = out.stream;
  // An unplugged speaker falls back to the default one.
  if (speakerId && 'setSinkId' in audio) await audio.setSinkId(speakerId).catch(() => undefined);
  await context.resume();
  await audio.play().catch(() => undefined);
  for (const { hertz, at } of NOTES) {
    const start = context.currentTime + 0.05 + at;
    const tone = context.createOscillator();
    const volume = context.createGain();
    tone.frequency.value = hertz;
    volume.gain.setValueAtTime(0, start);
    volume.gain.linearRampToValueAtTime(0.2, start + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.001, start + 0.5);
    tone.connect(volume).connect(out);
    tone.start(start);
    tone.stop(start + 0.5);
  }
  setTimeout(() => {
    audio.pause();
    void context.close();
  }, 1200);
}
