/** The small arrow beside microphone and camera: which device to use. */
import { useMediaDeviceSelect } from '@livekit/components-react';
import { Menu } from '@mantine/core';
import { Check, ChevronUp } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { canChooseSpeaker, writeTaste } from '../shared/devices';
import styles from './ControlBar.module.css';

type Kind = 'audioinput' | 'audiooutput' | 'videoinput';

const titles = { audioinput: 'devices.microphone', audiooutput: 'devices.speaker', videoinput: 'devices.camera' } as const;
const tastes = { audioinput: 'microphoneId', audiooutput: 'speakerId', videoinput: 'cameraId' } as const;

/** The devices of one kind, the one in use, and choosing another; the choice is remembered. */
export function useDevices(kind: Kind) {
  const { devices, activeDeviceId, setActiveMediaDevice } = useMediaDeviceSelect({ kind });
  const choose = (deviceId: string) => {
    writeTaste({ [tastes[kind]]: deviceId });
    void setActiveMediaDevice(deviceId).catch(() => undefined);
  };
  return { devices: devices.filter((device) => device.deviceId !== ''), active: activeDeviceId, choose };
}

export function DeviceMenu({ kinds, label, testid }: { kinds: Kind[]; label: string; testid: string }) {
  return (
    <Menu position="top-start" withinPortal={false} zIndex={10}>
      <Menu.Target>
        <button type="button" className={`${styles.button} ${styles.chevron}`} aria-label={label} data-testid={testid}>
          <ChevronUp size={16} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {kinds.filter((kind) => kind !== 'audiooutput' || canChooseSpeaker()).map((kind) => (
          <DeviceItems key={kind} kind={kind} />
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function DeviceItems({ kind }: { kind: Kind }) {
  const { t } = useTranslation();
  const { devices, active, choose } = useDevices(kind);
  return (
    <>
      <Menu.Label>{t(titles[kind])}</Menu.Label>
      {devices.length === 0 && <Menu.Item disabled>{t('meeting.noDevice')}</Menu.Item>}
      {devices.map((device) => (
        <Menu.Item
          key={device.deviceId}
          role="menuitemradio"
          aria-checked={device.deviceId === active}
          leftSection={<Check size={16} aria-hidden visibility={device.deviceId === active ? 'visible' : 'hidden'} />}
          onClick={() => choose(device.deviceId)}
        >
          {device.label || t('devices.unnamed')}
        </Menu.Item>
      ))}
    </>
  );
}
