/** Rings somebody and goes into the meeting that is made for it. */
import { useMutation } from '@tanstack/react-query';
import { api } from '../shared/api';
import { readTaste } from '../shared/devices';
import { enterWith } from '../shared/handover';
import { reasonOf } from '../shared/http';
import { meetingPath, navigate } from '../shared/routes';

const KNOWN = new Set(['participantIsUnavailable', 'forbidden', 'offline', 'ongoingConferencesLimit']);

export interface Calling {
  /** Who is being called just now. */
  calling: string | null;
  /** Why it failed, by the name of its text. */
  failed: string | null;
  press: (userId: string) => void;
}

export function useCall(): Calling {
  const call = useMutation({
    mutationFn: (userId: string) => api.call([userId]),
    onSuccess: ({ conference }) => {
      const { camera, microphone } = readTaste();
      enterWith(conference.id, { asGuest: false, camera, microphone });
      navigate(meetingPath(conference.id));
    },
  });
  const reason = call.isError ? reasonOf(call.error) : null;
  return {
    calling: call.isPending ? call.variables : null,
    failed: reason && (KNOWN.has(reason) ? reason : 'unknown'),
    press: (userId) => call.mutate(userId),
  };
}
