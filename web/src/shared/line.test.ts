import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { holdLine, onLine } from './line';

class FakeSocket {
  static all: FakeSocket[] = [];
  sent: string[] = [];
  private heard: Record<string, (event: object) => void> = {};
  constructor(readonly url: string) {
    FakeSocket.all.push(this);
  }
  addEventListener(kind: string, listener: (event: object) => void) {
    this.heard[kind] = listener;
  }
  happens(kind: string, event: object = {}) {
    this.heard[kind]?.(event);
  }
  send(text: string) {
    this.sent.push(text);
  }
  close() {
    this.happens('close', { code: 1005 });
  }
  say(message: object) {
    this.happens('message', { data: JSON.stringify(message) });
  }
}

const open = (url: string) => new FakeSocket(url) as unknown as WebSocket;
const last = () => FakeSocket.all[FakeSocket.all.length - 1] as FakeSocket;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('location', { origin: 'https://meet.test' });
  FakeSocket.all = [];
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function held(token: () => Promise<string | null> = async () => 'secret') {
  const end = holdLine(token, open);
  await vi.advanceTimersByTimeAsync(0);
  return end;
}

it('says hello with the token and passes messages on', async () => {
  const heard: string[] = [];
  const stop = onLine((message) => heard.push(message.type));
  const end = await held();
  expect(last().url).toBe('wss://meet.test/api/web/socket');
  last().happens('open');
  expect(JSON.parse(last().sent[0] ?? '')).toEqual({ type: 'hello', token: 'secret' });
  last().say({ type: 'welcome', user_id: 'ann' });
  last().say({ type: 'call' });
  expect(heard).toEqual(['welcome', 'call']);
  stop();
  end();
});

it('comes back after a broken line, with longer and longer pauses, and after silence', async () => {
  const end = await held();
  last().happens('close', { code: 1006 });
  await vi.advanceTimersByTimeAsync(1_600);
  expect(FakeSocket.all).toHaveLength(2);
  last().happens('close', { code: 1006 });
  await vi.advanceTimersByTimeAsync(900);
  expect(FakeSocket.all).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(2_200);
  expect(FakeSocket.all).toHaveLength(3);
  last().happens('open');
  last().say({ type: 'welcome' });
  await vi.advanceTimersByTimeAsync(44_000);
  last().say({ type: 'ping' });
  await vi.advanceTimersByTimeAsync(44_000);
  expect(FakeSocket.all).toHaveLength(3);
  await vi.advanceTimersByTimeAsync(3_000);
  expect(FakeSocket.all).toHaveLength(4);
  end();
});

it.each([4001, 4003])('stays away when the server closes with %i', async (code) => {
  const end = await held();
  last().happens('close', { code });
  await vi.advanceTimersByTimeAsync(200_000);
  expect(FakeSocket.all).toHaveLength(1);
  end();
});

it('ends with the page, and begins for nobody who is not signed in', async () => {
  const end = await held();
  end();
  await vi.advanceTimersByTimeAsync(200_000);
  expect(FakeSocket.all).toHaveLength(1);
  await held(async () => null);
  await vi.advanceTimersByTimeAsync(200_000);
  expect(FakeSocket.all).toHaveLength(1);
});

it('waits while the token cannot be renewed because the server is away', async () => {
  let away = true;
  const end = await held(async () => {
    if (away) throw new Error('offline');
    return 'secret';
  });
  expect(FakeSocket.all).toHaveLength(0);
  away = false;
  await vi.advanceTimersByTimeAsync(1_600);
  expect(FakeSocket.all).toHaveLength(1);
  end();
});
