/** How the meeting stands, hands in their order, and doing something whose failure is told in words. */
import { RoomEvent } from 'livekit-client';
import { useCallback, useMemo, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { sessionApi } from '../shared/api';
import type { MeetingState } from '../shared/api.types';
import { knownReason } from '../shared/errors';
import { reasonOf } from '../shared/http';
import { useMeeting } from './context';
import { handOrder } from './moderation';
import { notify } from './notices';
import { usePeople } from './usePeople';

const HAND_EVENTS = [RoomEvent.ParticipantAttributesChanged, RoomEvent.ParticipantConnected, RoomEvent.ParticipantDisconnected, RoomEvent.ConnectionStateChanged];

export function useMeetingState(): MeetingState {
  const { connection } = useMeeting();
  return useSyncExternalStore(connection.state.subscribe, connection.state.snapshot);
}

/** Ids of the participants with a raised hand, first raised first. */
export function useHands(): string[] {
  const people = usePeople({ updateOnlyOn: HAND_EVENTS });
  const key = handOrder(people.map((one) => ({ id: one.identity, raised: one.attributes.hand }))).join('\n');
  return useMemo(() => (key === '' ? [] : key.split('\n')), [key]);
}

type SessionApi = ReturnType<typeof sessionApi>;

/** Runs a call of this participation. Resolves to whether it worked; a refusal is told to the person. */
export function useAct(): (work: (api: SessionApi) => Promise<unknown>) => Promise<boolean> {
  const { t } = useTranslation();
  const { participation } = useMeeting();
  return useCallback(
    async (work) => {
      try {
        await work(sessionApi(participation));
        return true;
      } catch (error) {
        notify({ key: 'refused', text: t(`error.${knownReason(reasonOf(error))}.text`) });
        return false;
      }
    },
    [participation, t],
  );
}
