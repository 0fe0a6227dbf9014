/** The two dialogs of the meeting: keys, and devices (the way to them on a phone). */
import { Kbd, Modal, NativeSelect } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { canChooseSpeaker } from '../shared/devices';
import { QrCode } from '../shared/QrCode';
import { useMeeting } from './context';
import { useDevices } from './DeviceMenu';
import styles from './Dialogs.module.css';
import { useInvite } from './useInvite';

const KEYS = [
  { keys: ['Ctrl', 'D'], text: 'meeting.key.microphone' },
  { keys: ['Ctrl', 'E'], text: 'meeting.key.camera' },
  { keys: ['meeting.key.space'], text: 'meeting.key.talk' },
  { keys: ['Ctrl', 'Alt', 'H'], text: 'meeting.key.hand' },
  { keys: ['PgUp', 'PgDn'], text: 'meeting.key.pages' },
  { keys: ['?'], text: 'meeting.key.help' },
] as const;

export function ShortcutsDialog() {
  const { t } = useTranslation();
  const { dialog, setDialog } = useMeeting();
  return (
    <Modal opened={dialog === 'shortcuts'} onClose={() => setDialog(null)} title={t('meeting.shortcuts')} closeButtonProps={{ 'aria-label': t('meeting.close') }}>
      <dl className={styles.keys} data-testid="shortcuts">
        {KEYS.map(({ keys, text }) => (
          <div key={text} className={styles.row}>
            <dt>{t(text)}</dt>
            <dd>
              {keys.map((key) => (
                <Kbd key={key}>{key.includes('.') ? t(key) : key}</Kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}

export function DevicesDialog() {
  const { t } = useTranslation();
  const { dialog, setDialog } = useMeeting();
  return (
    <Modal opened={dialog === 'devices'} onClose={() => setDialog(null)} title={t('meeting.devices')} closeButtonProps={{ 'aria-label': t('meeting.close') }}>
      <div className={styles.devices}>
        <DeviceSelect kind="videoinput" label={t('devices.camera')} />
        <DeviceSelect kind="audioinput" label={t('devices.microphone')} />
        {canChooseSpeaker() && <DeviceSelect kind="audiooutput" label={t('devices.speaker')} />}
      </div>
    </Modal>
  );
}

export function CodeDialog() {
  const { t } = useTranslation();
  const { dialog, setDialog } = useMeeting();
  const { url } = useInvite();
  return (
    <Modal opened={dialog === 'code'} onClose={() => setDialog(null)} title={t('meeting.showCode')} size="auto" closeButtonProps={{ 'aria-label': t('meeting.close') }}>
      <div className={styles.code} data-testid="code-dialog">
        <QrCode url={url} title={t('meeting.code')} />
        <p className={styles.text}>{url}</p>
      </div>
    </Modal>
  );
}

function DeviceSelect({ kind, label }: { kind: 'audioinput' | 'audiooutput' | 'videoinput'; label: string }) {
  const { t } = useTranslation();
  const { devices, active, choose } = useDevices(kind);
  const data = devices.map((device) => ({ value: device.deviceId, label: device.label || t('devices.unnamed') }));
  return (
    <NativeSelect label={label} data={data.length > 0 ? data : [{ value: '', label: t('meeting.noDevice') }]} value={active} disabled={data.length === 0} onChange={(event) => choose(event.currentTarget.value)} />
  );
}
