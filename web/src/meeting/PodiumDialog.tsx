/** "You are invited to speak": asks before anything is sent, and turns on what the person chose. */
import { useRoomContext } from '@livekit/components-react';
import { Button, Modal, Switch } from '@mantine/core';
import { Track } from 'livekit-client';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { deviceFailure } from '../shared/devices';
import { useMeeting } from './context';
import styles from './Dialogs.module.css';
import { notify } from './notices';
import type { PodiumCall, Wish } from './podium';
import { whenAllowed } from './room';
import { useAct, useMeetingState } from './useMeetingState';

export function PodiumDialog() {
  const { connection } = useMeeting();
  const { podium_invited: invited } = useMeetingState();
  useSyncExternalStore(connection.podium.subscribe, connection.podium.snapshot);
  useAgreedDevices();
  const { call } = connection.podium;
  useEffect(() => {
    if (!invited) return;
    connection.podium.stillInvited(30);
    return () => connection.podium.lapsed();
  }, [invited, connection]);
  return call ? <Question key={call.kind} call={call} /> : null;
}

/** Turns on what was agreed to as soon as the engine allows it. */
function useAgreedDevices(): void {
  const { t } = useTranslation();
  const { connection, rights } = useMeeting();
  const room = useRoomContext();
  const { wish } = connection.podium;
  const { audio_send: sound, video_send: picture } = rights;
  useEffect(() => {
    if (!wish || !(sound || picture)) return;
    connection.podium.done();
    const on = async (device: 'microphone' | 'camera', source: Track.Source, open: () => Promise<unknown>) => {
      try {
        await whenAllowed(room, source);
        await open();
      } catch (error) {
        notify({ key: `failed-${device}`, text: t(`meeting.failed.${deviceFailure(error)}`, { device: t(`meeting.device.${device}`) }) });
      }
    };
    if (wish.microphone && sound) void on('microphone', Track.Source.Microphone, () => room.localParticipant.setMicrophoneEnabled(true));
    if (wish.camera && picture) void on('camera', Track.Source.Camera, () => room.localParticipant.setCameraEnabled(true));
  }, [wish, sound, picture, connection, room, t]);
}

function Question({ call }: { call: PodiumCall }) {
  const { t } = useTranslation();
  const { connection } = useMeeting();
  const act = useAct();
  const [wish, setWish] = useState<Wish>({ microphone: true, camera: true });
  const [busy, setBusy] = useState(false);
  const invited = call.kind === 'invited';
  const left = useSecondsLeft(invited ? call.until : null);
  useEffect(() => {
    if (left === 0) connection.podium.lapsed();
  }, [left, connection]);

  const answer = async (accept: boolean) => {
    if (accept) connection.podium.agreed(wish);
    else connection.podium.declined();
    if (!invited) return;
    setBusy(true);
    if (!(await act((api) => api.answerInvitation(accept)))) connection.podium.done();
  };
  return (
    <Modal opened onClose={() => void answer(false)} withCloseButton={false} closeOnClickOutside={false} title={t(invited ? 'podium.invited' : 'podium.placed')} data-testid="podium-question" data-kind={call.kind}>
      <div className={styles.question}>
        <p className={styles.text}>{t(invited ? 'podium.invitedText' : 'podium.placedText')}</p>
        <Switch label={t('devices.microphone')} checked={wish.microphone} onChange={(event) => setWish({ ...wish, microphone: event.currentTarget.checked })} data-testid="podium-microphone" />
        <Switch label={t('devices.camera')} checked={wish.camera} onChange={(event) => setWish({ ...wish, camera: event.currentTarget.checked })} data-testid="podium-camera" />
        <div className={styles.answers}>
          <Button onClick={() => void answer(true)} loading={busy} data-testid="podium-accept">{t(invited ? 'podium.accept' : 'podium.start')}</Button>
          <Button variant="default" onClick={() => void answer(false)} data-testid="podium-decline">{t(invited ? 'podium.decline' : 'podium.notYet')}</Button>
          {left !== null && <span className={styles.left} aria-hidden>{t('podium.left', { count: left })}</span>}
        </div>
      </div>
    </Modal>
  );
}

/** Whole seconds until a moment (milliseconds since the epoch), counting down to 0; null without one. */
function useSecondsLeft(until: number | null): number | null {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (until === null) return;
    const timer = setInterval(() => setNow(Date.now()), 250);
    return () => clearInterval(timer);
  }, [until]);
  return until === null ? null : Math.max(0, Math.ceil((until - now) / 1000));
}
