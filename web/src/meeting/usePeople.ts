/** Everybody in the meeting: whoever sends the mixed picture into it is nobody. */
import { useParticipants } from '@livekit/components-react';
import type { Participant } from 'livekit-client';
import { isMixer } from './people';

export const usePeople = (options?: Parameters<typeof useParticipants>[0]): Participant[] => useParticipants(options).filter((one) => !isMixer(one));
