/** The own raised hand. */
import { useState } from 'react';
import { useMeeting } from './context';
import { mayRaiseHand } from './moderation';
import { useAct, useHands } from './useMeetingState';

export interface Hand {
  may: boolean;
  raised: boolean;
  /** A listener of a role-based meeting asks for the podium with it. */
  asksToSpeak: boolean;
  toggle: () => void;
}

export function useHand(): Hand {
  const { participation } = useMeeting();
  const act = useAct();
  const [busy, setBusy] = useState(false);
  const may = mayRaiseHand(participation);
  const raised = useHands().includes(participation.participant_id);
  const toggle = () => {
    if (busy || !may) return;
    setBusy(true);
    void act((api) => api.raiseHand(!raised)).finally(() => setBusy(false));
  };
  return { may, raised, asksToSpeak: participation.mode === 3, toggle };
}
