/** The line to the server that a signed-in page holds: while it is open, its person is online and can be reached. */
import { useEffect } from 'react';
import { accessToken, useSignedIn } from './session';

export interface LineMessage {
  type: string;
  [name: string]: unknown;
}

type Listener = (message: LineMessage) => void;

/** Ended by an administrator, or with a token that is not valid: coming back by itself would be wrong. */
const FINAL = new Set([4001, 4003]);
/** The server speaks every 20 s; whoever hears nothing for twice as long has lost it. */
const SILENCE_MS = 45_000;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

const listeners = new Set<Listener>();
/** The line on which the server has said welcome. */
let welcomed: WebSocket | null = null;

/** Says something to the server, if it hears; a listener to `welcome` says it again after a break. */
export function say(message: LineMessage): void {
  if (welcomed?.readyState === WebSocket.OPEN) welcomed.send(JSON.stringify(message));
}

/** Calls `listener` with every message until the returned function is called. */
export function onLine(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const tellAll = (message: LineMessage, line: WebSocket) => {
  if (message.type === 'welcome') welcomed = line;
  for (const listener of listeners) listener(message);
};

/**
 * Holds a line and opens it again when it breaks, until the returned function is called. `hear` gets every message;
 * `onFinal` is called when the server has closed the line for good.
 */
export function holdLine(token: () => Promise<string | null>, open: (url: string) => WebSocket, hear: (message: LineMessage, line: WebSocket) => void = tellAll, onFinal?: () => void): () => void {
  let socket: WebSocket | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let pause = FIRST_PAUSE_MS;
  let over = false;

  const later = (work: () => void, milliseconds: number) => {
    clearTimeout(timer);
    timer = setTimeout(work, milliseconds);
  };

  const again = () => {
    // Many pages lose a restarted server at the same moment; they must not all come back at the same one.
    later(() => void begin(), pause * (0.5 + Math.random()));
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
  };

  const begin = async () => {
    const given = await token().catch(() => undefined);
    if (over || given === null) return;
    if (given === undefined) {
      again();
      return;
    }
    const line = open(`${location.origin.replace(/^http/, 'ws')}/api/web/socket`);
    socket = line;
    const listen = () => later(() => line.close(), SILENCE_MS);
    line.addEventListener('open', () => {
      line.send(JSON.stringify({ type: 'hello', token: given }));
      listen();
    });
    line.addEventListener('message', (event: MessageEvent<string>) => {
      listen();
      const message = JSON.parse(event.data) as LineMessage;
      if (message.type === 'welcome') pause = FIRST_PAUSE_MS;
      hear(message, line);
    });
    line.addEventListener('close', (event) => {
      clearTimeout(timer);
      if (over) return;
      if (FINAL.has(event.code)) onFinal?.();
      else again();
    });
  };

  void begin();
  return () => {
    over = true;
    clearTimeout(timer);
    socket?.close();
  };
}

/** Holds the line while somebody is signed in. */
export function useLine(): void {
  const signedIn = useSignedIn();
  useEffect(() => (signedIn ? holdLine(accessToken, (url) => new WebSocket(url)) : undefined), [signedIn]);
}
