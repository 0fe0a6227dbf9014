/** Small questions about participants that several parts ask. */
import type { TrackReferenceOrPlaceholder } from '@livekit/components-core';
import { type Participant, Track } from 'livekit-client';

export const roleOf = (participant: Participant): string => participant.attributes.role ?? '0';
export const isOwner = (participant: Participant): boolean => participant.attributes.is_owner === '1';
export const nameOf = (participant: Participant): string => participant.name || participant.identity;

/** The same tile over all updates; before the connection stands the own identity is not known. */
export const tileKey = (ref: TrackReferenceOrPlaceholder): string => `${ref.participant.isLocal ? 'own' : ref.participant.identity}|${ref.source}`;

/** Listeners of a lecture have no tile as long as they send nothing. */
export function hasTile(participant: Participant): boolean {
  return roleOf(participant) !== '1' || participant.trackPublications.size > 0;
}

export function isMicrophoneOn(participant: Participant): boolean {
  return participant.isMicrophoneEnabled;
}

export function hasPicture(ref: TrackReferenceOrPlaceholder): boolean {
  return Boolean(ref.publication && !ref.publication.isMuted && (ref.publication.isSubscribed || ref.participant.isLocal));
}

export const isScreen = (ref: TrackReferenceOrPlaceholder): boolean => ref.source === Track.Source.ScreenShare;
