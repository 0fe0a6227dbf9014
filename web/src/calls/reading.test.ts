import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { IncomingCall, OutgoingCall, Participation } from '../shared/api.types';
import type { LineMessage } from '../shared/line';
import { forget, listenForCalls, ringingCalls } from './incoming';
import { Outgoing } from './outgoing';

let hear: (message: LineMessage) => void = () => undefined;
vi.mock('../shared/line', () => ({
  onLine: (listener: typeof hear) => {
    hear = listener;
    return () => undefined;
  },
}));

/** Answers that stay away until a test sends them, in the order of their questions. */
let answers: ((body: object) => void)[] = [];
const asked = vi.fn(() => new Promise<Response>((resolve) => answers.push((body) => resolve(Response.json(body)))));
async function answered(calls: object[]): Promise<void> {
  answers.shift()?.({ calls });
  await vi.advanceTimersByTimeAsync(0);
}

const ringing = (id: string): IncomingCall => ({
  call_id: id,
  conference_id: 'c1',
  topic: 'Plan',
  caller: { id: 'ann', display_name: 'Ann', avatar: null },
  video: true,
  opens: true,
  expires_at: 0,
  seconds_left: 30,
});
const out = (state: OutgoingCall['state'], id = '1'): OutgoingCall => ({ call_id: id, id: 'bob', display_name: 'Bob', state });
const place = (role: number) => ({ session_id: 's#1', participant_token: 'secret', role }) as Participation;
const shown = () => ringingCalls().map((call) => call.call_id);

let stop = () => {};
beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('fetch', asked);
  asked.mockClear();
  answers = [];
});
afterEach(() => {
  stop();
  stop = () => {};
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function listening(): Promise<void> {
  stop = listenForCalls();
  await vi.advanceTimersByTimeAsync(0);
}

it('a call that comes while the page reads does not vanish', async () => {
  await listening();
  hear({ ...ringing('7'), type: 'call' });
  await answered([]);
  expect([shown(), asked.mock.calls.length]).toEqual([['7'], 2]);
  await answered([ringing('7')]);
  expect([shown(), asked.mock.calls.length]).toEqual([['7'], 2]);
});

it('a call that ends while the page reads does not ring again', async () => {
  await listening();
  await answered([ringing('7'), ringing('8')]);
  hear({ type: 'welcome' });
  await vi.advanceTimersByTimeAsync(0);
  hear({ type: 'callOver', call_id: '7' });
  await answered([ringing('7'), ringing('8')]);
  expect(shown()).toEqual(['8']);
  forget('8');
  await answered([ringing('8')]);
  expect(shown()).toEqual([]);
  await answered([]);
  expect([shown(), answers.length]).toEqual([[], 0]);
});

it('readings do not overtake each other, and what comes after the end is not taken', async () => {
  await listening();
  hear({ type: 'welcome' });
  hear({ type: 'welcome' });
  await vi.advanceTimersByTimeAsync(0);
  expect(asked).toHaveBeenCalledTimes(1);
  await answered([ringing('7')]);
  expect([shown(), asked.mock.calls.length]).toEqual([['7'], 2]);
  stop();
  await answered([ringing('7')]);
  expect([shown(), asked.mock.calls.length]).toEqual([[], 2]);
});

it('who has declined does not ring again by an answer that was read before', async () => {
  const outgoing = new Outgoing();
  outgoing.attach(place(2));
  outgoing.take([out('ringing')]);
  outgoing.take([out('declined')]);
  await answered([out('ringing')]);
  expect(outgoing.snapshot()).toEqual([out('declined')]);
  await answered([out('declined')]);
  expect(outgoing.snapshot()).toEqual([out('declined')]);
  outgoing.stop();
});

it('a finished line goes after its time, also when the place in the meeting has changed meanwhile', async () => {
  const outgoing = new Outgoing();
  outgoing.attach(place(2));
  await answered([out('ringing')]);
  outgoing.take([out('declined')]);
  outgoing.attach(place(1));
  await answered([out('declined')]);
  expect(outgoing.snapshot()).toEqual([out('declined')]);
  await vi.advanceTimersByTimeAsync(6000);
  expect(outgoing.snapshot()).toEqual([]);
  outgoing.stop();
});
