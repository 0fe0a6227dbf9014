/** Own picture, the three device menus, a level meter and a test sound. */
import { Button, NativeSelect } from '@mantine/core';
import { Mic, MicOff, Video, VideoOff, Volume2 } from 'lucide-react';
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { canChooseSpeaker, type DeviceState, readTaste, writeTaste } from '../shared/devices';
import { DeviceHelp } from './DeviceHelp';
import styles from './DeviceCheck.module.css';
import { LevelMeter } from './LevelMeter';
import type { InputKind, Preview, PreviewState } from './preview';
import { playTestSound } from './testSound';

export function DeviceCheck({ preview, name }: { preview: Preview; name: string }) {
  const { t } = useTranslation();
  const state = useSyncExternalStore(preview.subscribe, preview.snapshot);
  return (
    <section className={styles.check} aria-label={t('devices.you')}>
      <div className={styles.picture}>
        <OwnPicture track={state.cameraTrack} />
        {!state.cameraTrack && <p className={styles.instead}>{insteadOfPicture(state.camera, t)}</p>}
        {state.cameraTrack && name && <span className={styles.name}>{name}</span>}
        <div className={styles.toggles}>
          <Toggle kind="microphone" state={state} preview={preview} />
          <Toggle kind="camera" state={state} preview={preview} />
        </div>
      </div>
      <DeviceHelp camera={state.camera} microphone={state.microphone} />
    </section>
  );
}

function insteadOfPicture(state: DeviceState, t: (key: string) => string): string {
  if (state === 'asking') return t('devices.asking');
  if (state === 'off') return t('devices.cameraOff');
  return t('devices.noPicture');
}

function OwnPicture({ track }: { track: MediaStreamTrack | null }) {
  const { t } = useTranslation();
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    if (video.current) video.current.srcObject = track ? new MediaStream([track]) : null;
  }, [track]);
  return (
    <video ref={video} className={styles.video} autoPlay muted playsInline hidden={!track} aria-label={t('devices.you')} data-testid="preview-video" />
  );
}

const turnKeys = {
  camera: { on: 'devices.turnCameraOn', off: 'devices.turnCameraOff' },
  microphone: { on: 'devices.turnMicrophoneOn', off: 'devices.turnMicrophoneOff' },
} as const;

function Toggle({ kind, state, preview }: { kind: InputKind; state: PreviewState; preview: Preview }) {
  const { t } = useTranslation();
  const on = state[kind] === 'on';
  const Icon = kind === 'camera' ? (on ? Video : VideoOff) : on ? Mic : MicOff;
  return (
    <button
      type="button"
      className={styles.toggle}
      data-on={on}
      disabled={state[kind] === 'asking' || state[kind] === 'insecure'}
      aria-pressed={on}
      aria-label={t(`devices.${kind}`)}
      title={t(turnKeys[kind][on ? 'off' : 'on'])}
      onClick={() => void preview.turn(kind, !on)}
      data-testid={`preview-${kind}`}
    >
      <Icon size={20} aria-hidden />
    </button>
  );
}

/** Camera, microphone and speaker; stands under the picture, and on a phone under the one button. */
export function DeviceMenus({ preview }: { preview: Preview }) {
  const { t } = useTranslation();
  const state = useSyncExternalStore(preview.subscribe, preview.snapshot);
  const [speaker, setSpeaker] = useState(() => readTaste().speakerId ?? '');
  const of = (kind: MediaDeviceKind) =>
    state.devices.filter((device) => device.kind === kind).map((device) => ({ value: device.deviceId, label: device.label || t('devices.unnamed') }));
  const none = [{ value: '', label: t('devices.default') }];
  const [cameras, microphones, speakers] = [of('videoinput'), of('audioinput'), of('audiooutput')];
  const inUse = (track: MediaStreamTrack | null) => track?.getSettings().deviceId ?? '';
  return (
    <section className={styles.menus} aria-label={t('devices.title')}>
      <NativeSelect label={t('devices.camera')} data={cameras.length ? cameras : none} value={inUse(state.cameraTrack) || undefined} disabled={cameras.length === 0} onChange={(event) => void preview.choose('camera', event.currentTarget.value)} data-testid="camera-menu" />
      <div>
        <NativeSelect label={t('devices.microphone')} data={microphones.length ? microphones : none} value={inUse(state.microphoneTrack) || undefined} disabled={microphones.length === 0} onChange={(event) => void preview.choose('microphone', event.currentTarget.value)} data-testid="microphone-menu" />
        <LevelMeter track={state.microphoneTrack} />
      </div>
      <div>
        <NativeSelect
          label={t('devices.speaker')}
          data={speakers.length ? speakers : none}
          value={speaker || undefined}
          disabled={speakers.length === 0 || !canChooseSpeaker()}
          onChange={(event) => {
            setSpeaker(event.currentTarget.value);
            writeTaste({ speakerId: event.currentTarget.value });
          }}
          data-testid="speaker-menu"
        />
        <Button variant="subtle" size="compact-sm" mt={4} className={styles.test} leftSection={<Volume2 size={16} aria-hidden />} onClick={() => void playTestSound(speaker)} data-testid="test-sound">
          {t('devices.test')}
        </Button>
      </div>
    </section>
  );
}
