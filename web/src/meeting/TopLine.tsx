/** Topic and time, and in words what is special about the meeting now: first of all that it is being recorded. */
import { useLocalParticipant } from '@livekit/components-react';
import { CircleDot, CirclePause, Clock, DoorOpen, Eye, Hourglass, Lock, type LucideIcon, Radio, RadioTower } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MeetingState } from '../shared/api.types';
import { clock } from '../shared/time';
import { useMeeting } from './context';
import { endsIn, HOST } from './moderation';
import styles from './TopLine.module.css';
import { useMeetingState } from './useMeetingState';

export function TopLine() {
  const { t } = useTranslation();
  const { participation } = useMeeting();
  const state = useMeetingState();
  const { locked, waiting_room_enabled: waitingRoom, ends_at: endsAt, recording } = state;
  const { isScreenShareEnabled, localParticipant } = useLocalParticipant();
  const [now, setNow] = useState(() => Date.now() / 1000);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now() / 1000), 1000);
    return () => clearInterval(timer);
  }, []);
  const left = endsIn(endsAt, now);
  return (
    <div className={styles.line} data-recording={recording}>
      <span className={styles.topic}>{participation.topic}</span>
      <span className={styles.clock} role="timer" aria-live="off">{clock(now - participation.started_at)}</span>
      <span className={styles.signs}>
        {recording !== 'off' && <Sign icon={SIGNS[recording] ?? CircleDot} text={t(`record.sign.${recording}`)} testid="sign-recording" recording={recording === 'on'} />}
        {state.broadcasting && <Sign icon={Radio} text={t('meeting.broadcasting')} title={state.broadcast_address} testid="sign-broadcasting" />}
        {state.broadcast_fails && <Sign icon={RadioTower} text={t('meeting.broadcastFails')} testid="sign-broadcast-fails" urgent />}
        {state.watched && <Sign icon={Eye} text={t('meeting.watched')} testid="sign-watched" />}
        {locked && <Sign icon={Lock} text={t('meeting.locked')} testid="sign-locked" />}
        {waitingRoom && participation.role === HOST && <Sign icon={DoorOpen} text={t('meeting.waitingRoomOn')} testid="sign-waiting-room" />}
        {left !== null && <Sign icon={Clock} text={t('meeting.endsIn', { count: left })} testid="sign-ends" urgent />}
      </span>
      {isScreenShareEnabled && (
        <span className={styles.sharing} data-testid="sharing">
          {t('meeting.youShare')}
          <button type="button" className={styles.stop} onClick={() => void localParticipant.setScreenShareEnabled(false)}>{t('meeting.stopShare')}</button>
        </span>
      )}
    </div>
  );
}

const SIGNS: Partial<Record<MeetingState['recording'], LucideIcon>> = { paused: CirclePause, waiting: Hourglass, interrupted: Hourglass };

interface SignProps {
  icon: LucideIcon;
  text: string;
  testid: string;
  title?: string | null;
  urgent?: boolean;
  recording?: boolean;
}

function Sign({ icon: Icon, text, testid, title, urgent = false, recording = false }: SignProps) {
  return (
    <span className={styles.sign} data-urgent={urgent} data-recording={recording} data-testid={testid} title={title ?? undefined}>
      <Icon size={16} aria-hidden /> {text}
    </span>
  );
}
