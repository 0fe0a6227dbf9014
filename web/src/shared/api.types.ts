/** The wire's shapes by short names. They come from the server's own description: `npm run api` renews api.gen.ts. */
import type { components, paths } from './api.gen';

type Schemas = components['schemas'];
type Body<Path extends keyof paths> = paths[Path] extends { post: { requestBody?: { content: { 'application/json': infer T } } } } ? T : never;

export type Me = Schemas['Me'];
export type ConferenceCard = Schemas['ConferenceCard'];
/** Upper bounds of what a participant sends. */
export type Restrictions = Schemas['SendingLimits'];
export type Participation = Schemas['Participation'];
export type RegistrationForm = Schemas['RegistrationForm'];
export type Registered = Schemas['Registered'];
export type Rights = Schemas['ClientRights'];
export type Role = Participation['role'];
export type ChatMessage = Schemas['ChatMessage'];
export type IncomingCall = Schemas['IncomingCall'];
export type OutgoingCall = Schemas['OutgoingCall'];
export type RecordingCard = Schemas['RecordingCard'];
export type RecordingPlay = Schemas['RecordingPlay'];
export type LiveView = Schemas['LiveView'];
export type ContactCard = Schemas['ContactCard'];
export type ContactCards = Schemas['ContactCards'];
export type MissedCall = Schemas['MissedCall'];

/** What this browser sends and receives; rates in kbit/s. */
export type Quality = Body<'/sessions/{session_id}/stats'>;

/** How a running meeting stands, apart from who is in it. */
export type OwnPlace = Schemas['OwnPlace'];
/** `own` is null until the server has told. */
export type MeetingState = Omit<Schemas['MeetingState'], 'own'> & { own: OwnPlace | null };
export type Source = 'microphone' | 'camera' | 'screen_share';

/** What the server pushes through the engine's data channel. */
export type Push =
  | { type: 'message'; message: ChatMessage }
  | { type: 'ended'; reason: 'stopped' | 'byModerator' | 'deleted' | 'schedule' | 'declined' }
  | { type: 'calls'; calls: OutgoingCall[] }
  | { type: 'role'; participant_id: string; role: Role; rights: Rights; changed_at: number }
  | { type: 'state' }
  | { type: 'podiumInvitation'; seconds: number }
  | { type: 'muted'; source: Source }
  | { type: 'expires'; seconds: number }
  | { type: 'waiting' }
  | { type: 'removed' };
