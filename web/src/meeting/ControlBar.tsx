/** The bar at the bottom: microphone, camera, share, (hand,) chat, people, more, leave. */
import { useParticipants } from '@livekit/components-react';
import { Mic, MicOff, MessageSquareText, MonitorUp, MonitorX, Users, Video, VideoOff } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { BarButton } from './BarButton';
import styles from './ControlBar.module.css';
import { useMeeting } from './context';
import { DeviceMenu } from './DeviceMenu';
import { LeaveButton } from './LeaveButton';
import { MoreMenu } from './MoreMenu';
import { useControls } from './useControls';
import { useShortcuts } from './useShortcuts';

export function ControlBar() {
  const { t } = useTranslation();
  const { connection, panel, setPanel, rights } = useMeeting();
  const controls = useControls();
  useShortcuts(controls);
  const { microphone, camera, share } = controls;
  const { unread } = useSyncExternalStore(connection.chat.subscribe, connection.chat.snapshot);
  const people = useParticipants().length;
  const chatForbidden = rights.chat_rcv || rights.chat_send ? null : t('meeting.noChatRight');
  return (
    <div className={styles.bar} role="toolbar" aria-label={t('meeting.controls')} data-testid="control-bar">
      <div className={styles.group}>
        <div className={styles.split} data-tone={microphone.on || microphone.forbidden ? 'plain' : 'off'}>
          <BarButton icon={microphone.on ? Mic : MicOff} label={t(microphone.on ? 'meeting.turnMicrophoneOff' : 'meeting.turnMicrophoneOn')} hint={`${t(microphone.on ? 'meeting.turnMicrophoneOff' : 'meeting.turnMicrophoneOn')} (Ctrl+D)`} tone={microphone.on ? 'plain' : 'off'} forbidden={microphone.forbidden} onClick={microphone.toggle} aria-pressed={microphone.on} testid="toggle-microphone" />
          <DeviceMenu kinds={microphone.forbidden ? ['audiooutput'] : ['audioinput', 'audiooutput']} label={t('meeting.soundDevices')} testid="microphone-devices" />
        </div>
        <div className={styles.split} data-tone={camera.on || camera.forbidden ? 'plain' : 'off'}>
          <BarButton icon={camera.on ? Video : VideoOff} label={t(camera.on ? 'meeting.turnCameraOff' : 'meeting.turnCameraOn')} hint={`${t(camera.on ? 'meeting.turnCameraOff' : 'meeting.turnCameraOn')} (Ctrl+E)`} tone={camera.on ? 'plain' : 'off'} forbidden={camera.forbidden} onClick={camera.toggle} aria-pressed={camera.on} testid="toggle-camera" />
          {!camera.forbidden && <DeviceMenu kinds={['videoinput']} label={t('meeting.cameras')} testid="camera-devices" />}
        </div>
        {share.supported && (
          <BarButton className={styles.wideOnly} icon={share.on ? MonitorX : MonitorUp} label={t(share.on ? 'meeting.stopShare' : 'meeting.share')} tone={share.on ? 'active' : 'plain'} forbidden={share.forbidden} onClick={share.toggle} aria-pressed={share.on} testid="toggle-share" />
        )}
        <BarButton icon={MessageSquareText} label={unread > 0 ? t('meeting.chatUnread', { count: unread }) : t('meeting.chat')} tone={panel === 'chat' ? 'active' : 'plain'} forbidden={chatForbidden} dot={unread > 0} onClick={() => !chatForbidden && setPanel(panel === 'chat' ? null : 'chat')} aria-expanded={panel === 'chat'} testid="toggle-chat" />
        <BarButton icon={Users} label={t('meeting.people', { count: people })} tone={panel === 'people' ? 'active' : 'plain'} onClick={() => setPanel(panel === 'people' ? null : 'people')} aria-expanded={panel === 'people'} testid="toggle-people" />
        <MoreMenu share={share} />
      </div>
      <LeaveButton />
    </div>
  );
}
