/** Everything that a moderator does for the whole meeting, in one place. */
import { Switch } from '@mantine/core';
import { MicOff, VideoOff } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRegional } from '../shared/hooks';
import { timeOfDay } from '../shared/time';
import styles from './SidePanel.module.css';
import { useAct, useMeetingState } from './useMeetingState';

const MINUTES = [5, 15, 30] as const;

export function HostTools() {
  const { t } = useTranslation();
  const { locked, waiting_room_enabled: waitingRoom, mode, podium } = useMeetingState();
  const act = useAct();
  return (
    <div className={styles.scroll} data-testid="host-tools">
      <section className={styles.tool}>
        <Toggle label={t('host.lock')} text={t('host.lockText')} on={locked} change={(on) => act((api) => api.lock(on))} testid="lock" />
        <Toggle label={t('host.waitingRoom')} text={t('host.waitingRoomText')} on={waitingRoom} change={(on) => act((api) => api.setWaitingRoom(on))} testid="waiting-room-switch" />
      </section>
      <section className={styles.tool}>
        <button type="button" className={styles.wide} onClick={() => void act((api) => api.mute(null, 'microphone'))} data-testid="mute-all">
          <MicOff size={16} aria-hidden /> {t('host.muteAll')}
        </button>
        <button type="button" className={styles.wide} onClick={() => void act((api) => api.mute(null, 'camera'))} data-testid="stop-all-video">
          <VideoOff size={16} aria-hidden /> {t('host.stopAllVideo')}
        </button>
        <p className={styles.note}>{t('host.muteAllText')}</p>
      </section>
      {mode === 3 && <section className={styles.tool}><p className={styles.note}>{t('host.podiumPlaces', { taken: podium.taken.length, places: podium.places })}</p></section>}
      <End />
    </div>
  );
}

interface ToggleProps {
  label: string;
  text: string;
  on: boolean;
  change: (on: boolean) => Promise<boolean>;
  testid: string;
}

function Toggle({ label, text, on, change, testid }: ToggleProps) {
  // Moves at once; the server's word, which comes with the next state, has the last say.
  const [wanted, setWanted] = useState<boolean | null>(null);
  if (wanted === on) setWanted(null);
  const set = async (next: boolean) => {
    setWanted(next);
    if (!(await change(next))) setWanted(null);
  };
  return <Switch label={label} description={text} checked={wanted ?? on} onChange={(event) => void set(event.currentTarget.checked)} labelPosition="left" classNames={{ body: styles.switchBody, labelWrapper: styles.switchLabel }} data-testid={testid} />;
}

/** When it ends, and more time where the server allows it. */
function End() {
  const { t } = useTranslation();
  const language = useRegional();
  const { ends_at: endsAt, may_extend: mayExtend } = useMeetingState();
  const act = useAct();
  if (endsAt === null) return null;
  return (
    <section className={styles.tool} data-testid="end-time">
      <p className={styles.toolTitle}>{t('host.endsAt', { time: timeOfDay(endsAt, language) })}</p>
      {mayExtend ? (
        <div className={styles.choices}>
          {MINUTES.map((minutes) => (
            <button key={minutes} type="button" className={styles.do} onClick={() => void act((api) => api.extend(minutes))} data-testid={`extend-${minutes}`}>{t('host.extend', { count: minutes })}</button>
          ))}
        </div>
      ) : (
        <p className={styles.note}>{t('host.cannotExtend')}</p>
      )}
    </section>
  );
}
