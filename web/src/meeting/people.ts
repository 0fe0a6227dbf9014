/** Small questions about participants that several parts ask. */
import type { TrackReferenceOrPlaceholder } from '@livekit/components-core';
import { type Participant, Track } from 'livekit-client';
import type { Participation } from '../shared/api.types';

/** Who sends the mixed picture into the meeting is nobody: no tile, no list and no count has it. */
export const isMixer = (participant: { identity: string }): boolean => participant.identity === '#mixer';

export const roleOf = (participant: Participant): string => participant.attributes.role ?? '0';
export const isOwner = (participant: Participant): boolean => participant.attributes.is_owner === '1';
export const nameOf = (participant: Participant): string => participant.name || participant.identity;

/** The same tile over all updates; before the connection stands the own identity is not known. */
export const tileKey = (ref: TrackReferenceOrPlaceholder): string => `${ref.participant.isLocal ? 'own' : ref.participant.identity}|${ref.source}`;

/** What decides about a tile. */
interface Seen {
  role: string;
  isLocal: boolean;
  /** How many tracks this person sends. */
  tracks: number;
}

/**
 * Whether somebody has a tile in the view of `mine`. Listeners who send nothing have none, but a lecturer sees them;
 * listeners of a lecture do not see each other, and there is no tile that says so.
 */
export function hasTile({ role, isLocal, tracks }: Seen, mine: Pick<Participation, 'role' | 'mode'>): boolean {
  const listens = role === '1' || role === '5';
  if (!listens) return true;
  if (isLocal) return tracks > 0;
  if (mine.mode === 1) return mine.role === 2;
  return tracks > 0;
}

export function seen(participant: Participant, mine: Pick<Participation, 'role'>): Seen {
  // Before the connection stands the engine's attributes are not there.
  const role = participant.isLocal ? String(mine.role) : roleOf(participant);
  return { role, isLocal: participant.isLocal, tracks: participant.trackPublications.size };
}

export function isMicrophoneOn(participant: Participant): boolean {
  return participant.isMicrophoneEnabled;
}

export function hasPicture(ref: TrackReferenceOrPlaceholder): boolean {
  return Boolean(ref.publication && !ref.publication.isMuted && (ref.publication.isSubscribed || ref.participant.isLocal));
}

export const isScreen = (ref: TrackReferenceOrPlaceholder): boolean => ref.source === Track.Source.ScreenShare;
