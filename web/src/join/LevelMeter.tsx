/** How loud the microphone is, drawn without React between frames. */
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { loudness } from '../shared/loudness';
import styles from './LevelMeter.module.css';

const HEARD = 0.08;

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
