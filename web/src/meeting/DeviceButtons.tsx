/** Microphone and camera with their menus, and the screen. */
import { Mic, MicOff, MonitorUp, MonitorX, Video, VideoOff } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { BarButton } from './BarButton';
import styles from './ControlBar.module.css';
import { DeviceMenu } from './DeviceMenu';
import type { Controls } from './useControls';

export function DeviceButtons({ controls: { microphone, camera, share } }: { controls: Controls }) {
  const { t } = useTranslation();
  const microphoneLabel = t(microphone.on ? 'meeting.turnMicrophoneOff' : 'meeting.turnMicrophoneOn');
  const cameraLabel = t(camera.on ? 'meeting.turnCameraOff' : 'meeting.turnCameraOn');
  return (
    <>
      <div className={styles.split} data-tone={microphone.on || microphone.forbidden ? 'plain' : 'off'}>
        <BarButton icon={microphone.on ? Mic : MicOff} label={microphoneLabel} hint={`${microphoneLabel} (Ctrl+D)`} tone={microphone.on ? 'plain' : 'off'} forbidden={microphone.forbidden} onClick={microphone.toggle} aria-pressed={microphone.on} testid="toggle-microphone" />
        <DeviceMenu kinds={microphone.forbidden ? ['audiooutput'] : ['audioinput', 'audiooutput']} label={t('meeting.soundDevices')} testid="microphone-devices" />
      </div>
      <div className={styles.split} data-tone={camera.on || camera.forbidden ? 'plain' : 'off'}>
        <BarButton icon={camera.on ? Video : VideoOff} label={cameraLabel} hint={`${cameraLabel} (Ctrl+E)`} tone={camera.on ? 'plain' : 'off'} forbidden={camera.forbidden} onClick={camera.toggle} aria-pressed={camera.on} testid="toggle-camera" />
        {!camera.forbidden && <DeviceMenu kinds={['videoinput']} label={t('meeting.cameras')} testid="camera-devices" />}
      </div>
      {share.supported && (
        <BarButton className={styles.wideOnly} icon={share.on ? MonitorX : MonitorUp} label={t(share.on ? 'meeting.stopShare' : 'meeting.share')} tone={share.on ? 'active' : 'plain'} forbidden={share.forbidden} onClick={share.toggle} aria-pressed={share.on} testid="toggle-share" />
      )}
    </>
  );
}
