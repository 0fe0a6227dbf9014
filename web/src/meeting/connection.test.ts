import { type LocalTrack, type Room, RoomEvent } from 'livekit-client';
import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { OwnPlace, Participation } from '../shared/api.types';
import { MeetingConnection } from './connection';
import type * as rooms from './room';
import { quietState } from './state';

/** A room whose connection the test makes and breaks. */
class FakeRoom extends EventEmitter {
  connects = vi.fn(async () => undefined as void);
  disconnect = vi.fn(async () => undefined);
  remoteParticipants = new Map();
  localParticipant = { trackPublications: new Map(), setTrackSubscriptionPermissions: () => undefined };
  options = {};
  connect = () => this.connects();
  breaks(): void {
    this.emit(RoomEvent.Reconnecting);
    this.emit(RoomEvent.Disconnected);
  }
}

/** An open camera from the join page. */
const camera = { source: 'camera', mediaStreamTrack: { readyState: 'live' }, isMuted: false, stop: vi.fn() } as unknown as LocalTrack;
const made: FakeRoom[] = [];
vi.mock('./room', async (real) => ({
  ...(await real<typeof rooms>()),
  localTracks: () => [camera],
  newRoom: () => {
    made.push(new FakeRoom());
    return made.at(-1) as unknown as Room;
  },
}));

const rights = { chat_rcv: false } as Participation['rights'];
/** What the state tells of the own place. */
let own: OwnPlace | null = null;
let joins: (() => Promise<Response>)[];
const left: string[] = [];
const asked: unknown[] = [];
const joined = (token: string) =>
  Response.json({ participation: { session_id: 's#1', participant_id: 'ann', participant_token: token, engine_url: '', engine_token: '', mode: 0, role: 2, rights, restrictions: null } as unknown as Participation });

beforeEach(() => {
  vi.useFakeTimers();
  const nothing = () => undefined;
  vi.stubGlobal('window', { addEventListener: nothing, removeEventListener: nothing });
  vi.stubGlobal('navigator', {});
  joins = [];
  vi.mocked(camera.stop).mockClear();
  own = null;
  left.length = 0;
  vi.stubGlobal('fetch', async (input: RequestInfo | URL, init?: RequestInit) => {
    const url = String(input);
    if (url.endsWith('/join')) asked.push(JSON.parse(String(init?.body)));
    if (url.endsWith('/join')) return (joins.shift() ?? (async () => joined('later')))();
    if (url.endsWith('/leave')) left.push(String(new Headers(init?.headers).get('Authorization')));
    return Response.json({ state: { ...quietState(3), own } });
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function entered(): Promise<{ connection: MeetingConnection; room: FakeRoom }> {
  const connection = new MeetingConnection('plan', { asGuest: false, camera: false, microphone: false });
  await connection.join(false);
  const room = made.at(-1)!;
  expect(connection.phase.kind).toBe('live');
  return { connection, room };
}

it('every broken line is mended, not only the first', async () => {
  const { connection, room } = await entered();
  for (let time = 0; time < 3; time += 1) {
    room.breaks();
    expect(connection.phase.kind).toBe('reconnecting');
    await vi.advanceTimersByTimeAsync(1000);
    expect(connection.phase.kind).toBe('live');
  }
  expect(room.connects).toHaveBeenCalledTimes(4);
});

it('a line that breaks while it is mended is mended by the one loop', async () => {
  const { connection, room } = await entered();
  room.connects.mockImplementationOnce(async () => {
    room.emit(RoomEvent.Disconnected);
    throw new Error('away');
  });
  joins.push(async () => joined('newer'));
  room.breaks();
  await vi.advanceTimersByTimeAsync(5000);
  expect(asked.at(-1)).toMatchObject({ comes_back: 'newer' });
  expect(connection.phase.kind).toBe('live');
  expect(room.connects).toHaveBeenCalledTimes(3);
});

it('whoever leaves while they are let in is in nobody’s meeting', async () => {
  const connection = new MeetingConnection('plan', { asGuest: false, camera: false, microphone: false });
  let answer: (response: Response) => void = () => undefined;
  joins.push(() => new Promise((resolve) => (answer = resolve)));
  const joining = connection.join(false);
  await connection.leave();
  answer(joined('late'));
  await joining;
  expect([connection.phase.kind, made.at(-1)!.connects.mock.calls.length, left]).toEqual(['over', 0, ['Bearer late']]);
});

it('whoever leaves while the line is mended does not come back', async () => {
  const { connection, room } = await entered();
  let answer: (response: Response) => void = () => undefined;
  joins.push(() => new Promise((resolve) => (answer = resolve)));
  room.breaks();
  await vi.advanceTimersByTimeAsync(1000);
  await connection.leave();
  answer(joined('late'));
  await vi.advanceTimersByTimeAsync(10_000);
  expect(connection.phase.kind).toBe('over');
  expect(room.connects).toHaveBeenCalledTimes(1);
  expect(left.at(-1)).toBe('Bearer late');
});

it('a role whose push was lost is learned from the state, and an older state takes nothing back', async () => {
  const { connection, room } = await entered();
  const role = () => connection.participation?.role;
  own = { role: 3, rights, changed_at: 10 };
  connection.state.changed();
  await vi.advanceTimersByTimeAsync(500);
  expect(role()).toBe(3);
  const push = { type: 'role', participant_id: 'ann', role: 1, rights, changed_at: 20 };
  room.emit(RoomEvent.DataReceived, new TextEncoder().encode(JSON.stringify(push)), undefined, undefined, 'rostrum');
  expect(role()).toBe(1);
  connection.state.changed();
  await vi.advanceTimersByTimeAsync(500);
  expect(role()).toBe(1);
});

it('a page that comes back takes the place from no other window', async () => {
  const { connection, room } = await entered();
  joins.push(async () => Response.json({ error: { code: 409, message: '', errors: [{ reason: 'alreadyJoined', message: '' }] } }, { status: 409 }));
  room.breaks();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(connection.phase).toEqual({ kind: 'over', why: 'elsewhere' });
  expect(asked.at(-1)).toMatchObject({ takeover: true, comes_back: 'later' });
});

it('devices of the join page are closed when the person leaves before the engine has let them in', async () => {
  const connection = new MeetingConnection('plan', { asGuest: false, camera: true, microphone: false });
  made.at(-1)!.connects.mockImplementation(() => new Promise(() => undefined));
  const { participation } = (await joined('early').json()) as { participation: Participation };
  void connection.enter({ participation, choices: { asGuest: false, camera: true, microphone: false }, camera: null, microphone: null });
  await vi.advanceTimersByTimeAsync(100);
  expect(camera.stop).not.toHaveBeenCalled();
  await connection.leave();
  expect(camera.stop).toHaveBeenCalled();
  expect(connection.sender.early).toBeNull();
});

it('a line that is found broken after the person has left brings nothing back', async () => {
  const { connection, room } = await entered();
  await connection.leave();
  room.emit(RoomEvent.Disconnected);
  await vi.advanceTimersByTimeAsync(5000);
  expect(connection.phase).toEqual({ kind: 'over', why: 'left' });
});
