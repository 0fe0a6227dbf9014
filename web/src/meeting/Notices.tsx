/** Notices over the stage, the quiet line while reconnecting, and what the browser needs a press for. */
import { useAudioPlayback, useRoomContext } from '@livekit/components-react';
import { type LocalTrackPublication, RoomEvent, Track } from 'livekit-client';
import { VolumeX } from 'lucide-react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useMeeting } from './context';
import styles from './Notices.module.css';
import { dismiss, notify, useNotices } from './notices';
import { isMixer } from './people';
import { useLiveNotices } from './useLiveNotices';
import { useMutedSpeech } from './useMutedSpeech';

const CROWD = 20;

export function Notices() {
  const { t } = useTranslation();
  const { frozen, connection } = useMeeting();
  const notices = useNotices();
  const { canPlayAudio, startAudio } = useAudioPlayback();
  useAnnouncements();
  useLiveNotices();
  useMutedSpeech();
  return (
    <div className={styles.notices}>
      <div role="status" className={styles.list}>
        {frozen && connection.phase.kind === 'reconnecting' && (
          <p className={styles.notice} data-testid="reconnecting">{t('meeting.reconnecting')}</p>
        )}
        {notices.map((notice) =>
          notice.onPress ? (
            <button
              key={notice.key}
              type="button"
              className={styles.notice}
              onClick={() => {
                notice.onPress?.();
                dismiss(notice.key);
              }}
            >
              {notice.text}
            </button>
          ) : (
            <p key={notice.key} className={styles.notice} data-testid="notice">{notice.text}</p>
          ),
        )}
      </div>
      {!canPlayAudio && !frozen && (
        <button type="button" className={styles.notice} onClick={() => void startAudio()} data-testid="start-audio">
          <VolumeX size={20} aria-hidden /> {t('meeting.startAudio')}
        </button>
      )}
    </div>
  );
}

/** Says who came and went, what was written while the chat is closed, and a microphone without sound. */
function useAnnouncements(): void {
  const { t } = useTranslation();
  const room = useRoomContext();
  const { connection, frozen, panel, setPanel } = useMeeting();

  useEffect(() => {
    if (frozen) return;
    const name = (one: { name?: string; identity: string }) => one.name ?? one.identity;
    const joined = (one: { name?: string; identity: string }) => {
      if (room.numParticipants <= CROWD && !isMixer(one)) notify({ key: 'who', text: t('meeting.joined', { name: name(one) }) });
    };
    const left = (one: { name?: string; identity: string }) => {
      if (room.numParticipants <= CROWD && !isMixer(one)) notify({ key: 'who', text: t('meeting.left', { name: name(one) }) });
    };
    const silent = (publication: LocalTrackPublication) => {
      // A quiet shared screen is nothing to tell, and a muted microphone is silent on purpose.
      if (publication.source === Track.Source.Microphone && !publication.isMuted) notify({ key: 'silent', text: t('meeting.silent') });
    };
    room.on(RoomEvent.ParticipantConnected, joined).on(RoomEvent.ParticipantDisconnected, left).on(RoomEvent.LocalAudioSilenceDetected, silent);
    return () => {
      room.off(RoomEvent.ParticipantConnected, joined).off(RoomEvent.ParticipantDisconnected, left).off(RoomEvent.LocalAudioSilenceDetected, silent);
    };
  }, [room, t, frozen]);

  useEffect(() => {
    let seen = connection.chat.snapshot().messages.length;
    return connection.chat.subscribe(() => {
      const { messages, unread } = connection.chat.snapshot();
      const last = messages.at(-1);
      if (messages.length > seen && unread > 0 && panel !== 'chat' && last) {
        notify({ key: 'chat', text: `${last.from_display_name}: ${last.message.slice(0, 120)}`, onPress: () => setPanel('chat') });
      }
      seen = messages.length;
    });
  }, [connection, panel, setPanel]);
}
