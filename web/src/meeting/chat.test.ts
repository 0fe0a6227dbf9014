import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { ChatMessage, Participation } from '../shared/api.types';
import { Chat } from './chat';

const participation = { session_id: 's#1', participant_id: 'ann', participant_token: 'secret', rights: { chat_rcv: true } } as Participation;
const said = (id: number, from_id = 'bob') => ({ id, from_id, message: `number ${id}`, time: id }) as unknown as ChatMessage;
/** What the server has; null: it does not answer. */
let kept: ChatMessage[] | null;
const asked: string[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  kept = [];
  asked.length = 0;
  vi.stubGlobal('fetch', async (input: RequestInfo | URL, init?: RequestInit) => {
    const url = String(input);
    if (init?.method === 'POST') return Response.json({ message: kept?.at(-1) });
    asked.push(url);
    if (!kept) throw new TypeError('away');
    const after = Number(new URL(url, 'http://server').searchParams.get('after') ?? 0);
    return Response.json({ messages: kept.filter((message) => Number(message.id) > after) });
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const shown = (chat: Chat) => chat.snapshot().messages.map((message) => message.id);

async function attached(): Promise<Chat> {
  const chat = new Chat();
  void chat.attach(participation);
  await vi.advanceTimersByTimeAsync(0);
  return chat;
}

it('what was said while the line was away is read, also what lies before a message that is known', async () => {
  kept = [said(1)];
  const chat = await attached();
  kept = [said(1), said(2), said(3, 'ann')];
  await chat.say('number 3');
  expect(shown(chat)).toEqual([1, 3]);
  await chat.catchUp();
  expect(shown(chat)).toEqual([1, 2, 3]);
});

it('a push that comes before the first reading hides nothing', async () => {
  kept = [said(1), said(2)];
  const chat = new Chat();
  chat.receive(said(2));
  void chat.attach(participation);
  await vi.advanceTimersByTimeAsync(0);
  expect(shown(chat)).toEqual([1, 2]);
});

it('what was said before the engine carried anything to us is read soon', async () => {
  const chat = await attached();
  kept = [said(1)];
  await vi.advanceTimersByTimeAsync(2000);
  expect([shown(chat), chat.snapshot().unread]).toEqual([[1], 1]);
});

it('a reading that fails is made again, and not for ever', async () => {
  kept = null;
  const chat = await attached();
  await vi.advanceTimersByTimeAsync(1000);
  kept = [said(1)];
  await vi.advanceTimersByTimeAsync(10_000);
  expect(shown(chat)).toEqual([1]);
  kept = null;
  asked.length = 0;
  void chat.catchUp();
  await vi.advanceTimersByTimeAsync(120_000);
  expect(asked.length).toBe(6);
  chat.stop();
  await chat.catchUp();
  expect(asked.length).toBe(6);
});
