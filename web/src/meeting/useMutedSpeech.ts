/** Notices that somebody talks while muted: listens to a copy of the microphone's track, nothing leaves the browser. */
import { useLocalParticipant } from '@livekit/components-react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { listen } from '../shared/loudness';
import { notify } from './notices';

const LOUD = 0.45;
/** So many loud measures more than quiet ones are speech. */
const ENOUGH = 5;
const QUIET_AFTER_NOTICE = 20_000;

export function useMutedSpeech(): void {
  const { t } = useTranslation();
  const { microphoneTrack, isMicrophoneEnabled } = useLocalParticipant();
  const track = microphoneTrack?.track?.mediaStreamTrack;

  useEffect(() => {
    if (!track || isMicrophoneEnabled || track.readyState !== 'live') return;
    const copy = track.clone();
    copy.enabled = true;
    let loud = 0;
    let quietUntil = performance.now() + 1000;
    const end = listen(copy, (level) => {
      loud = level > LOUD ? loud + 1 : Math.max(0, loud - 1);
      if (loud < ENOUGH || performance.now() < quietUntil) return;
      loud = 0;
      quietUntil = performance.now() + QUIET_AFTER_NOTICE;
      notify({ key: 'muted', text: t('meeting.youAreMuted') });
    });
    return () => {
      end();
      copy.stop();
    };
  }, [track, isMicrophoneEnabled, t]);
}
