/** The one button: joins a running conference, starts one's own, or waits for the start and then joins by itself. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { api } from '../shared/api';
import type { ConferenceCard, Me } from '../shared/api.types';
import type { Choices, Handover } from '../shared/handover';
import { ApiError, reasonOf } from '../shared/http';
import { mark } from '../shared/marks';
import type { Personal } from './personal';
import type { Preview } from './preview';
import { keepName } from './who';

interface Wish {
  card: ConferenceCard;
  preview: Preview;
  me: Me | undefined;
  personal: Personal | null;
  name: string;
  pin: string;
  onJoined: (handover: Handover) => void;
  refetch: () => Promise<unknown>;
}

export function useJoin({ card, preview, me, personal, name, pin, onJoined, refetch }: Wish) {
  const [busy, setBusy] = useState(false);
  const [armed, setArmed] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  const [retryAt, setRetryAt] = useState(0);
  const running = card.state === 'running';

  const go = async (takeover: boolean, start: boolean) => {
    mark('joinClick');
    setBusy(true);
    setFailed(null);
    const asGuest = Boolean(personal) || !me;
    const guest = asGuest ? { name: name.trim(), ...(personal ? { guestToken: personal.token } : {}) } : {};
    if (asGuest) keepName(name.trim());
    try {
      if (start) await api.run(card.id);
      const participation = await api.join(card.id, {
        asGuest,
        ...guest,
        ...(pin ? { pin } : {}),
        ...(takeover ? { takeover } : {}),
      });
      const state = preview.snapshot();
      const choices: Choices = {
        asGuest,
        ...guest,
        pin: pin || undefined,
        camera: state.camera === 'on',
        microphone: state.microphone === 'on',
      };
      onJoined({ participation, choices, ...preview.release() });
    } catch (error) {
      setBusy(false);
      const reason = reasonOf(error);
      if (reason === 'conferenceNotRunning') {
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

  return {
    busy,
    armed: armed && !running,
    failed,
    /** Unix seconds from which another try may help. */
    retryAt,
    press: () => {
      if (running) void go(false, false);
      else if (card.is_mine) void go(false, true);
      else {
        setFailed(null);
        setArmed(true);
      }
    },
    takeOver: () => void go(true, false),
    disarm: useCallback(() => setArmed(false), []),
    dismiss: useCallback(() => setFailed(null), []),
  };
}
