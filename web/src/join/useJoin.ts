/** The one button: joins a running conference, starts one's own, waits for the start or before the door, and then goes in by itself. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { api, joinRequest, sessionApi } from '../shared/api';
import type { ConferenceCard, Me } from '../shared/api.types';
import type { Choices, Handover, Waiting } from '../shared/handover';
import { ApiError, reasonOf } from '../shared/http';
import { mark } from '../shared/marks';
import type { Personal } from './personal';
import type { Preview } from './preview';
import { useDoor } from './useDoor';
import { keepName } from './who';

interface Wish {
  card: ConferenceCard;
  preview: Preview;
  me: Me | undefined;
  personal: Personal | null;
  name: string;
  pin: string;
  /** A place before the door that this visit already has. */
  waiting?: Waiting;
  onJoined: (handover: Handover) => void;
  refetch: () => Promise<unknown>;
}

export function useJoin({ card, preview, me, personal, name, pin, waiting: given, onJoined, refetch }: Wish) {
  const [busy, setBusy] = useState(false);
  const [armed, setArmed] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  const [retryAt, setRetryAt] = useState(0);
  const [waiting, setWaiting] = useState<Waiting | null>(given ?? null);
  const running = card.state === 'running';
  const intent = useIntent();

  /** What is asked for: by the form, or again by the place before the door. */
  const chosen = (place: Waiting | null): Choices => {
    const devices = { camera: preview.wants('camera'), microphone: preview.wants('microphone') };
    if (place) return { ...place.choices, ...devices, placeToken: place.participation.participant_token };
    const asGuest = Boolean(personal) || !me;
    return { asGuest, name: asGuest ? name.trim() : undefined, guestToken: personal?.token, pin: pin || undefined, ...devices };
  };

  const enter = async (choices: Choices, takeover: boolean, isMeant: () => boolean) => {
    const participation = await api.join(card.id, joinRequest(choices, takeover));
    if (!isMeant()) return void sessionApi(participation).leave().catch(() => undefined);
    if (!participation.waiting) return onJoined({ participation, choices, ...preview.release() });
    setWaiting({ participation, choices });
    setBusy(false);
  };

  const go = async (takeover: boolean, start: boolean, place: Waiting | null = null) => {
    mark('joinClick');
    setBusy(true);
    setFailed(null);
    const choices = chosen(place);
    const isMeant = intent.begin();
    if (choices.asGuest && choices.name) keepName(choices.name);
    try {
      if (start) await api.run(card.id);
      if (isMeant()) await enter(choices, takeover, isMeant);
    } catch (error) {
      if (!isMeant()) return;
      setBusy(false);
      setWaiting(null);
      const reason = reasonOf(error);
      if (reason === 'conferenceNotRunning' && !place) {
        // It stopped between the look and the press: wait for it, as the page would have offered.
        setArmed(true);
        await refetch();
        return;
      }
      if (error instanceof ApiError) setRetryAt(Date.now() / 1000 + error.retryAfter);
      setFailed(reason);
    }
  };

  const latest = useRef(go);
  useEffect(() => {
    latest.current = go;
  });
  useEffect(() => {
    if (!armed || !running) return;
    setArmed(false);
    void latest.current(false, false);
  }, [armed, running]);

  useDoor(waiting?.participation ?? null, (decision) => {
    if (decision === 'admitted' || decision === 'unsure') return void latest.current(false, false, waiting);
    setWaiting(null);
    setFailed(decision === 'refused' ? 'refusedByHost' : 'endedWhileWaiting');
    void refetch();
  });

  return {
    busy,
    armed: armed && !running,
    waiting: waiting !== null,
    failed,
    /** Unix seconds from which another try may help. */
    retryAt,
    press: () => {
      if (running) void go(false, false);
      else if (card.may_start) void go(false, true);
      else {
        setFailed(null);
        setArmed(true);
      }
    },
    takeOver: () => void go(true, false),
    disarm: useCallback(() => setArmed(false), []),
    dismiss: useCallback(() => setFailed(null), []),
    stopWaiting: () => {
      if (waiting) void sessionApi(waiting.participation).leave().catch(() => undefined);
      intent.end();
      setWaiting(null);
      setBusy(false);
    },
  };
}

/** Whether what somebody asked for is still meant when the answer comes: they may have gone away, or wait no longer. */
function useIntent() {
  const round = useRef(0);
  const [intent] = useState(() => ({
    begin: () => {
      const begun = round.current;
      return () => begun === round.current;
    },
    end: () => {
      round.current += 1;
    },
  }));
  useEffect(() => intent.end, [intent]);
  return intent;
}
