/** Topic and time; later also, in words, that a recording runs and who can watch. */
import { useLocalParticipant } from '@livekit/components-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { clock } from '../shared/time';
import { useMeeting } from './context';
import styles from './TopLine.module.css';

export function TopLine() {
  const { t } = useTranslation();
  const { participation } = useMeeting();
  const { isScreenShareEnabled, localParticipant } = useLocalParticipant();
  const [now, setNow] = useState(() => Date.now() / 1000);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now() / 1000), 1000);
    return () => clearInterval(timer);
  }, []);
  return (
    <div className={styles.line}>
      <span className={styles.topic}>{participation.topic}</span>
      <span className={styles.clock} role="timer" aria-live="off">{clock(now - participation.started_at)}</span>
      {isScreenShareEnabled && (
        <span className={styles.sharing} data-testid="sharing">
          {t('meeting.youShare')}
          <button type="button" className={styles.stop} onClick={() => void localParticipant.setScreenShareEnabled(false)}>{t('meeting.stopShare')}</button>
        </span>
      )}
    </div>
  );
}
