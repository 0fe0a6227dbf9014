/** The push-to-talk remark of a listener, and the microphone behind it. */
import { useRoomContext } from '@livekit/components-react';
import { Track } from 'livekit-client';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { sessionApi } from '../shared/api';
import { deviceFailure } from '../shared/devices';
import { knownReason } from '../shared/errors';
import { ApiError } from '../shared/http';
import { useMeeting } from './context';
import { isListening, REMARK } from './moderation';
import { notify } from './notices';
import { Remark, type RemarkPhase } from './remark';
import { whenAllowed } from './room';
import { useMeetingState } from './useMeetingState';

export interface RemarkControl {
  may: boolean;
  phase: RemarkPhase;
  press: () => void;
  release: () => void;
}

export function useRemark(): RemarkControl {
  const { t } = useTranslation();
  const { connection, participation, rights } = useMeeting();
  const { remarks_allowed: allowed } = useMeetingState();
  const room = useRoomContext();
  const [remark] = useState(() => {
    const call = () => {
      if (!connection.participation) throw new Error('not in a meeting');
      return sessionApi(connection.participation);
    };
    return new Remark({
      open: async () => {
        await call().remark(true);
        await whenAllowed(room, Track.Source.Microphone);
        await room.localParticipant.setMicrophoneEnabled(true);
      },
      close: async () => {
        connection.sender.withdraw('microphone');
        await call().remark(false);
      },
      failed: (error) =>
        notify({
          key: 'remark',
          text: error instanceof ApiError ? t(`error.${knownReason(error.reason)}.text`) : t(`meeting.failed.${deviceFailure(error)}`, { device: t('meeting.device.microphone') }),
        }),
    });
  });
  const phase = useSyncExternalStore(remark.subscribe, remark.snapshot);
  const may = allowed && isListening(participation, rights);
  const speaks = participation.role === REMARK;
  useEffect(() => {
    // The word was taken back, or a place on the podium has come instead.
    if (!may || (!speaks && remark.snapshot() !== 'opening')) remark.cut();
  }, [may, speaks, remark]);
  useEffect(() => () => remark.cut(), [remark]);
  return { may, phase, press: () => remark.press(), release: () => remark.release() };
}
