/** Every call of the web app's API, by name. */
import type { ChatMessage, ConferenceCard, ContactCards, IncomingCall, LiveView, Me, MeetingState, MissedCall, OutgoingCall, Participation, Quality, RecordingCard, RecordingPlay, Registered, RegistrationForm, Source } from './api.types';
import type { Choices } from './handover';
import { ApiError, type Call, send } from './http';
import { accessToken, signOut } from './session';

const BASE = '/api/web';

async function asUser<T>(path: string, call: Call = {}): Promise<T> {
  const token = await accessToken();
  try {
    return await send<T>(BASE + path, { ...call, token });
  } catch (error) {
    // A token that the server no longer knows is as good as none.
    if (token && error instanceof ApiError && (error.status === 401 || error.reason === 'accessTokenInvalid')) {
      signOut();
    }
    throw error;
  }
}

const conferencePath = (id: string) => `/conferences/${encodeURIComponent(id)}`;

export const api = {
  me: async (signal?: AbortSignal) => (await asUser<{ me: Me }>('/me', { signal })).me,

  changePassword: async (password: string, newPassword: string) =>
    (await asUser<{ me: Me }>('/me/password', { method: 'PUT', body: { password, new_password: newPassword } })).me,

  conferences: async (signal?: AbortSignal) =>
    (await asUser<{ conferences: ConferenceCard[] }>('/conferences', { signal })).conferences,

  newMeeting: async (topic?: string) =>
    (await asUser<{ conference: ConferenceCard }>('/conferences', { method: 'POST', body: topic ? { topic } : {} }))
      .conference,

  /** Those whose name has a text in it; empty: all. */
  contacts: (name: string, signal?: AbortSignal) => asUser<ContactCards>(name ? `/contacts?name=${encodeURIComponent(name)}` : '/contacts', { signal }),

  ringing: async () => (await asUser<{ calls: IncomingCall[] }>('/calls')).calls,

  missedCalls: async (signal?: AbortSignal) => (await asUser<{ calls: MissedCall[] }>('/calls/missed', { signal })).calls,

  dismissMissed: (ids: number[]) => asUser<unknown>('/calls/missed/dismiss', { method: 'POST', body: { call_ids: ids } }),

  call: (userIds: string[]) =>
    asUser<{ conference: ConferenceCard; calls: OutgoingCall[] }>('/calls', { method: 'POST', body: { user_ids: userIds } }),

  acceptCall: async (id: string) =>
    (await asUser<{ call: { conference_id: string; video: boolean } }>(`/calls/${id}/accept`, { method: 'POST', body: {} })).call,

  declineCall: async (id: string) => {
    await asUser<unknown>(`/calls/${id}/decline`, { method: 'POST', body: {} });
  },

  recordings: (before?: number, signal?: AbortSignal) =>
    asUser<{ recordings: RecordingCard[]; more: boolean }>(before === undefined ? '/recordings' : `/recordings?before=${before}`, { signal }),

  recording: async (id: number, signal?: AbortSignal) =>
    (await asUser<{ recording: RecordingPlay }>(`/recordings/${id}`, { signal })).recording,

  conference: async (id: string, signal?: AbortSignal) =>
    (await asUser<{ conference: ConferenceCard }>(conferencePath(id), { signal })).conference,

  registration: async (id: string, signal?: AbortSignal) =>
    (await asUser<{ registration: RegistrationForm }>(`${conferencePath(id)}/registration`, { signal })).registration,

  register: async (id: string, fields: Record<string, string>) =>
    (await asUser<{ registered: Registered }>(`${conferencePath(id)}/registration`, { method: 'POST', body: { fields } })).registered,

  /** Watches without joining; `viewer` is the place from an earlier answer. Whoever is signed in watches as all do. */
  watch: async (id: string, viewer: string | null, signal?: AbortSignal) =>
    (await send<{ live: LiveView }>(`${BASE}${conferencePath(id)}/live`, { method: 'POST', body: viewer ? { viewer } : {}, signal })).live,

  run: async (id: string) =>
    (await asUser<{ conference: ConferenceCard }>(`${conferencePath(id)}/run`, { method: 'POST', body: {} })).conference,

  join: async (id: string, who: JoinRequest) => {
    const { asGuest, guestToken, ...body } = who;
    const call: Call = { method: 'POST', body };
    const path = `${conferencePath(id)}/join`;
    const answer = asGuest
      ? await sendAsGuest<{ participation: Participation }>(BASE + path, call, guestToken)
      : await asUser<{ participation: Participation }>(path, call);
    return answer.participation;
  },
};

/** A link's proof of a guest's id ends after a day; the guest is welcome without it too. */
async function sendAsGuest<T>(path: string, call: Call, token?: string): Promise<T> {
  if (!token) return send<T>(path, call);
  try {
    return await send<T>(path, { ...call, token });
  } catch (error) {
    if (error instanceof ApiError && error.reason === 'accessTokenInvalid') return send<T>(path, call);
    throw error;
  }
}

export interface JoinRequest {
  asGuest: boolean;
  guestToken?: string;
  name?: string;
  pin?: string;
  takeover?: boolean;
  /** The token of the place that a page comes back to by itself. */
  comes_back?: string;
}

/** What the choices of a visit ask for. */
export function joinRequest({ asGuest, name, guestToken, placeToken, pin }: Choices, takeover: boolean): JoinRequest {
  return { asGuest, ...(asGuest ? { name, guestToken: guestToken ?? placeToken } : {}), ...(pin ? { pin } : {}), ...(takeover ? { takeover } : {}) };
}

/** The calls of a person who is in a meeting, by that participation's own token. */
export function sessionApi(participation: Participation) {
  const path = (tail: string) => `${BASE}/sessions/${encodeURIComponent(participation.session_id)}/${tail}`;
  const token = participation.participant_token;
  const change = (method: 'POST' | 'PUT' | 'DELETE') => (tail: string, body: object = {}) =>
    send<unknown>(path(tail), { method, body: method === 'DELETE' ? undefined : body, token });
  const [post, put, remove] = [change('POST'), change('PUT'), change('DELETE')];
  return {
    record: (state: 'on' | 'paused' | 'off') => post('recording', { state }),
    raiseHand: (raised: boolean) => put('hand', { raised }),
    lowerHand: (participantId: string) => put('hand', { raised: false, participant_id: participantId }),
    /** On: the microphone opens for a remark; off: it closes again. */
    remark: (on: boolean) => put('remark', { on }),
    /** In a smart meeting: this person begins to speak, goes on, or has ended. */
    speaking: (on: boolean) => put('speaking', { on }),
    answerInvitation: (accept: boolean) => put('podium/answer', { accept }),
    inviteToPodium: (participantId: string) => post('podium', { participant_id: participantId }),
    leavePodium: (participantId: string) => remove(`podium/${encodeURIComponent(participantId)}`),
    lock: (locked: boolean) => put('lock', { locked }),
    setWaitingRoom: (enabled: boolean) => put('waiting-room', { enabled }),
    /** Null lets everybody in who waits. */
    admit: (participantIds: string[] | null) => post('waiting/admit', { participant_ids: participantIds }),
    refuse: (participantIds: string[]) => post('waiting/refuse', { participant_ids: participantIds }),
    moveToWaiting: (participantId: string) => post('waiting/move', { participant_id: participantId }),
    /** Null: everybody else. */
    mute: (participantId: string | null, source: Source) => post('mute', { participant_id: participantId, source }),
    removePerson: (participantId: string) => post('participants/remove', { participant_id: participantId }),
    setHost: (participantId: string, host: boolean) => post('role', { participant_id: participantId, host }),
    extend: (minutes: number) => post('extend', { minutes }),
    messages: async (after?: ChatMessage['id']) =>
      (
        await send<{ messages: ChatMessage[] }>(
          path(after === undefined ? 'messages' : `messages?after=${encodeURIComponent(after)}`),
          { token },
        )
      ).messages,
    say: async (message: string) =>
      (await send<{ message: ChatMessage }>(path('messages'), { method: 'POST', body: { message }, token })).message,
    sendFile: async (file: File) => {
      const body = new FormData();
      body.append('file', file);
      body.append('name', file.name);
      return (await send<{ message: ChatMessage }>(path('files'), { method: 'POST', body, token })).message;
    },
    file: async (id: string): Promise<Blob> => {
      const answer = await fetch(path(`files/${encodeURIComponent(id)}`), { headers: { Authorization: `Bearer ${token}` }, credentials: 'omit' });
      if (!answer.ok) throw new ApiError('fileNotFound', answer.status);
      return answer.blob();
    },
    state: async () => (await send<{ state: MeetingState }>(path('state'), { token })).state,
    stats: (quality: Quality) =>
      send<unknown>(path('stats'), { method: 'POST', body: quality, token, keepalive: true }),
    /** Whoever hangs up, instead of only closing or reloading the page, stops ringing others. */
    leave: (hangUp = false) =>
      send<unknown>(path('leave'), { method: 'POST', body: hangUp ? { hang_up: true } : {}, token, keepalive: true }),
    calls: async () => (await send<{ calls: OutgoingCall[] }>(path('calls'), { token })).calls,
    call: (userIds: string[]) =>
      send<{ calls: OutgoingCall[] }>(path('calls'), { method: 'POST', body: { user_ids: userIds }, token }),
    cancelCall: (id: string) => send<unknown>(path(`calls/${id}/cancel`), { method: 'POST', body: {}, token }),
    end: () => send<unknown>(path('end'), { method: 'POST', body: {}, token }),
  };
}
