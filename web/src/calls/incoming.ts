/** What rings for the signed-in person: heard over the line, and read when a page opens or comes back. */
import { useSyncExternalStore } from 'react';
import { api } from '../shared/api';
import type { IncomingCall } from '../shared/api.types';
import { onLine } from '../shared/line';
import { Reading } from './reading';

let calls: readonly IncomingCall[] = [];
let reading: Reading<IncomingCall[]> | null = null;
const listeners = new Set<() => void>();
const timers = new Map<string, ReturnType<typeof setTimeout>>();

function set(next: readonly IncomingCall[]): void {
  calls = next;
  for (const listener of listeners) listener();
}

/** Takes a call off the screen. */
export function forget(id: string): void {
  reading?.news();
  clearTimeout(timers.get(id));
  timers.delete(id);
  if (calls.some((call) => call.call_id === id)) set(calls.filter((call) => call.call_id !== id));
}

function show(call: IncomingCall): void {
  clearTimeout(timers.get(call.call_id));
  // The server ends it; the page only does so by itself if it should have lost the server meanwhile.
  timers.set(call.call_id, setTimeout(() => forget(call.call_id), call.seconds_left * 1000 + 2000));
  set([...calls.filter((one) => one.call_id !== call.call_id), call]);
}

function takeAll(found: readonly IncomingCall[]): void {
  const known = new Set(found.map((call) => call.call_id));
  for (const call of calls) if (!known.has(call.call_id)) forget(call.call_id);
  for (const call of found) show(call);
}

/** Listens until the returned function is called. */
export function listenForCalls(): () => void {
  const mine = new Reading(api.ringing, takeAll);
  reading = mine;
  void mine.read();
  const stop = onLine((message) => {
    if (message.type === 'welcome') void mine.read();
    else if (message.type === 'call') {
      mine.news();
      show(message as unknown as IncomingCall);
    } else if (message.type === 'callOver') forget(String(message.call_id));
  });
  return () => {
    stop();
    mine.stop();
    for (const call of calls) forget(call.call_id);
  };
}

/** What rings now. */
export const ringingCalls = (): readonly IncomingCall[] => calls;

export function useIncoming(): readonly IncomingCall[] {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, ringingCalls);
}
