/** How loud the microphone is, drawn without React between frames. */
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './LevelMeter.module.css';

const HEARD = 0.08;

/** Loudness 0…1 of one block of samples (−1…1), on a scale that suits a voice. */
export function loudness(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const decibels = 20 * Math.log10(Math.sqrt(sum / samples.length) + 1e-6);
  return Math.min(1, Math.max(0, (decibels + 60) / 50));
}

export function LevelMeter({ track }: { track: MediaStreamTrack | null }) {
  const { t } = useTranslation();
  const bar = useRef<HTMLSpanElement>(null);
  const [heard, setHeard] = useState(false);

  useEffect(() => {
    setHeard(false);
    if (!track || typeof AudioContext !== 'function') return;
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    analyser.fftSize = 512;
    context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    let shown = 0;
    let frame = requestAnimationFrame(function draw() {
      analyser.getFloatTimeDomainData(samples);
      const level = loudness(samples);
      if (level > HEARD) setHeard(true);
      shown = Math.max(level, shown * 0.9);
      bar.current?.style.setProperty('transform', `scaleX(${shown.toFixed(3)})`);
      frame = requestAnimationFrame(draw);
    });
    const wake = () => void context.resume();
    window.addEventListener('pointerdown', wake);
    return () => {
      cancelAnimationFrame(frame);
      window.removeEventListener('pointerdown', wake);
      void context.close();
    };
  }, [track]);

  return (
    <div className={styles.meter}>
      <span className={styles.rail} data-testid="level-meter" data-heard={heard}>
        <span ref={bar} className={styles.bar} />
      </span>
      <span className={styles.word} aria-live="polite">{track ? (heard ? t('devices.heard') : t('devices.speak')) : ' '}</span>
    </div>
  );
}
