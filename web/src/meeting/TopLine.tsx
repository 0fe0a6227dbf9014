/** Topic and time; later also, in words, that a recording runs and who can watch. */
import { useEffect, useState } from 'react';
import { clock } from '../shared/time';
import { useMeeting } from './context';
import styles from './TopLine.module.css';

export function TopLine() {
  const { participation } = useMeeting();
  const [now, setNow] = useState(() => Date.now() / 1000);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now() / 1000), 1000);
    return () => clearInterval(timer);
  }, []);
  return (
    <div className={styles.line}>
      <span className={styles.topic}>{participation.topic}</span>
      <span className={styles.clock} role="timer" aria-live="off">{clock(now - participation.started_at)}</span>
    </div>
  );
}
