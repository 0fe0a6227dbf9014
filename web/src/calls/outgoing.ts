/** Who is being called into the meeting, and for a moment what came of it. */
import { useRoomContext } from '@livekit/components-react';
import { RoomEvent } from 'livekit-client';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { readPush } from '../meeting/pushes';
import { sessionApi } from '../shared/api';
import type { OutgoingCall, Participation } from '../shared/api.types';
import { Reading } from './reading';

/** How long a result stays on screen. */
const STAY_MS = 6000;

/** With one call more, or in another state; the newest call of a person takes the place of the earlier one. */
export function withCall(calls: readonly OutgoingCall[], call: OutgoingCall): readonly OutgoingCall[] {
  const known = calls.findIndex((one) => one.id === call.id);
  return known < 0 ? [...calls, call] : calls.with(known, call);
}

let ringing = false;
const listeners = new Set<() => void>();

/** Whether somebody is being rung: whoever waits for an answer is not told to send a link. */
export function useSomebodyRings(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => ringing,
  );
}

function tellRinging(now: boolean): void {
  ringing = now;
  for (const listener of listeners) listener();
}

/** The calls of one meeting, kept while this person's place in it changes. */
export class Outgoing {
  private calls: readonly OutgoingCall[] = [];
  private listeners = new Set<() => void>();
  private timers = new Set<ReturnType<typeof setTimeout>>();
  private reading: Reading<OutgoingCall[]> | null = null;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly snapshot = (): readonly OutgoingCall[] => this.calls;

  /** Takes the (new) participation and reads at once. */
  attach(participation: Participation): void {
    this.reading?.stop();
    this.reading = new Reading(sessionApi(participation).calls, (found) => this.takeAll(found));
    this.read();
  }

  /** What was told while this page was not connected, or not yet, is lost. */
  readonly read = (): void => void this.reading?.read();

  /** Takes what the meeting was told. */
  take(news: readonly OutgoingCall[]): void {
    this.reading?.news();
    this.set(news.reduce(withCall, this.calls));
    for (const call of news) {
      if (call.state === 'ringing') continue;
      this.timers.add(setTimeout(() => this.set(this.calls.filter((one) => one.call_id !== call.call_id)), STAY_MS));
    }
  }

  stop(): void {
    this.reading?.stop();
    for (const timer of this.timers) clearTimeout(timer);
  }

  private takeAll(found: readonly OutgoingCall[]): void {
    // What ended before this page looked is no news.
    const rings = found.filter((call) => call.state === 'ringing');
    const still = new Set(rings.map((call) => call.id));
    this.set(rings.reduce(withCall, this.calls.filter((one) => one.state !== 'ringing' || still.has(one.id))));
  }

  private set(calls: readonly OutgoingCall[]): void {
    this.calls = calls;
    for (const listener of this.listeners) listener();
  }
}

export function useOutgoing(participation: Participation): readonly OutgoingCall[] {
  const room = useRoomContext();
  const [outgoing] = useState(() => new Outgoing());
  const calls = useSyncExternalStore(outgoing.subscribe, outgoing.snapshot);

  useEffect(() => outgoing.attach(participation), [outgoing, participation]);
  useEffect(() => {
    const onData = (payload: Uint8Array, _from: unknown, _kind: unknown, topic?: string) => {
      const push = readPush(payload, topic);
      if (push?.type === 'calls') outgoing.take(push.calls);
    };
    room.on(RoomEvent.DataReceived, onData).on(RoomEvent.Connected, outgoing.read).on(RoomEvent.Reconnected, outgoing.read);
    return () => {
      room.off(RoomEvent.DataReceived, onData).off(RoomEvent.Connected, outgoing.read).off(RoomEvent.Reconnected, outgoing.read);
    };
  }, [room, outgoing]);
  useEffect(() => () => outgoing.stop(), [outgoing]);

  const some = calls.length > 0;
  useEffect(() => {
    tellRinging(some);
    return () => tellRinging(false);
  }, [some]);
  return calls;
}
