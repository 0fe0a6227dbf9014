/** How far a recording is that is being made, in words. */
import { useTranslation } from 'react-i18next';
import type { RecordingCard } from '../shared/api.types';
import styles from './Recordings.module.css';

/** Red is what is recorded at this moment. */
export function ProgressWords({ progress }: { progress: RecordingCard['progress'] }) {
  const { t } = useTranslation();
  const word = progress ?? 'on';
  return <span className={word === 'on' ? styles.live : styles.progress} data-testid="being-made" data-progress={word}>{t(`recordings.progress.${word}`)}</span>;
}
