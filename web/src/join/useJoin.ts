/** The one button: joins a running conference, starts one's own, or waits for the start and then joins by itself. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { api } from '../shared/api';
import type { ConferenceCard, Me } from '../shared/api.types';
import type { Choices, Handover } from '../shared/handover';
import { reasonOf } from '../shared/http';
import { mark } from '../shared/marks';
import type { Preview } from './preview';
import { keepName } from './who';

interface Wish {
  card: ConferenceCard;
  preview: Preview;
  me: Me | undefined;
  name: string;
  pin: string;
  onJoined: (handover: Handover) => void;
  refetch: () => Promise<unknown>;
}

export function useJoin({ card, preview, me, name, pin, onJoined, refetch }: Wish) {
  const [busy, setBusy] = useState(false);
  const [armed, setArmed] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  const running = card.state === 'running';

  const go = async (takeover: boolean, start: boolean) => {
    mark('joinClick');
    setBusy(true);
    setFailed(null);
    const asGuest = !me;
    if (asGuest) keepName(name.trim());
    try {
      if (start) await api.run(card.id);
      const participation = await api.join(card.id, {
        asGuest,
        ...(asGuest ? { name: name.trim() } : {}),
        ...(pin ? { pin } : {}),
        ...(takeover ? { takeover } : {}),
      });
      const state = preview.snapshot();
      const choices: Choices = {
        asGuest,
        name: asGuest ? name.trim() : undefined,
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
