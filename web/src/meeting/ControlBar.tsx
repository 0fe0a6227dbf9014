/** The bar at the bottom: microphone, camera, share (or a listener's voice and remark), hand, chat, people, more, leave. */
import { MessageSquareText, ShieldCheck, Users } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { BarButton } from './BarButton';
import styles from './ControlBar.module.css';
import { useMeeting } from './context';
import { DeviceButtons } from './DeviceButtons';
import { HandButton } from './HandButton';
import { LeaveButton } from './LeaveButton';
import { HOST, isListening } from './moderation';
import { MoreMenu } from './MoreMenu';
import { RemarkButton } from './RemarkButton';
import { useControls } from './useControls';
import { useHand } from './useHand';
import { useRemark } from './useRemark';
import { usePeople } from './usePeople';
import { useShortcuts } from './useShortcuts';
import { useVoice } from './useVoice';
import { VoiceButton } from './VoiceButton';

export function ControlBar() {
  const { t } = useTranslation();
  const { participation, rights } = useMeeting();
  const controls = useControls();
  const hand = useHand();
  const remark = useRemark();
  const voice = useVoice();
  const listening = isListening(participation, rights);
  useShortcuts({ controls, listening, hand, remark, voice });
  return (
    <div className={styles.bar} role="toolbar" aria-label={t('meeting.controls')} data-testid="control-bar">
      <div className={styles.group}>
        {voice.may && <VoiceButton voice={voice} />}
        {listening ? <RemarkButton remark={remark} /> : <DeviceButtons controls={controls} />}
        <HandButton hand={hand} />
        <Panels />
        <MoreMenu share={controls.share} listening={listening} />
      </div>
      <LeaveButton />
    </div>
  );
}

/** The buttons that open the side panel. */
function Panels() {
  const { t } = useTranslation();
  const { connection, participation, panel, setPanel, rights } = useMeeting();
  const { unread } = useSyncExternalStore(connection.chat.subscribe, connection.chat.snapshot);
  const { waiting } = useSyncExternalStore(connection.state.subscribe, connection.state.snapshot);
  const people = usePeople().length;
  const chatForbidden = rights.chat_rcv || rights.chat_send ? null : t('meeting.noChatRight');
  const peopleLabel = [t('meeting.people', { count: people }), waiting.length > 0 && t('waiting.count', { count: waiting.length })].filter(Boolean).join('. ');
  const show = (which: 'people' | 'chat' | 'host') => ({
    tone: panel === which ? ('active' as const) : ('plain' as const),
    'aria-expanded': panel === which,
    onClick: () => setPanel(panel === which ? null : which),
  });
  return (
    <>
      <BarButton icon={MessageSquareText} label={unread > 0 ? t('meeting.chatUnread', { count: unread }) : t('meeting.chat')} forbidden={chatForbidden} dot={unread > 0} testid="toggle-chat" {...show('chat')} {...(chatForbidden ? { onClick: undefined } : {})} />
      <BarButton icon={Users} label={peopleLabel} dot={waiting.length > 0} testid="toggle-people" {...show('people')} />
      {participation.role === HOST && <BarButton className={styles.wideOnly} icon={ShieldCheck} label={t('host.title')} testid="toggle-host" {...show('host')} />}
    </>
  );
}
