/** Who is being called into the meeting, and for a moment what came of it. */
import { useRoomContext } from '@livekit/components-react';
import { RoomEvent } from 'livekit-client';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { readPush } from '../meeting/pushes';
import { sessionApi } from '../shared/api';
import type { OutgoingCall, Participation } from '../shared/api.types';

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

export function useOutgoing(participation: Participation): readonly OutgoingCall[] {
  const room = useRoomContext();
  const [calls, setCalls] = useState<readonly OutgoingCall[]>([]);

  useEffect(() => {
    const timers = new Set<ReturnType<typeof setTimeout>>();
    const take = (news: readonly OutgoingCall[]) => {
      setCalls((before) => news.reduce(withCall, before));
      for (const call of news) {
        if (call.state === 'ringing') continue;
        const timer = setTimeout(() => setCalls((before) => before.filter((one) => one.call_id !== call.call_id)), STAY_MS);
        timers.add(timer);
      }
    };
    const onData = (payload: Uint8Array, _from: unknown, _kind: unknown, topic?: string) => {
      const push = readPush(payload, topic);
      if (push?.type === 'calls') take(push.calls);
    };
    const readAll = async () => {
      const found = await sessionApi(participation).calls().catch(() => null);
      if (!found) return;
      // What ended before this page looked is no news.
      const ringing = found.filter((call) => call.state === 'ringing');
      const still = new Set(ringing.map((call) => call.id));
      setCalls((before) => before.filter((one) => one.state !== 'ringing' || still.has(one.id)));
      take(ringing);
    };
    // What was told while this page was not connected, or not yet, is lost.
    const onBack = () => void readAll();
    onBack();
    room.on(RoomEvent.DataReceived, onData).on(RoomEvent.Connected, onBack).on(RoomEvent.Reconnected, onBack);
    return () => {
      room.off(RoomEvent.DataReceived, onData).off(RoomEvent.Connected, onBack).off(RoomEvent.Reconnected, onBack);
      for (const timer of timers) clearTimeout(timer);
    };
  }, [room, participation]);

  const some = calls.length > 0;
  useEffect(() => {
    tellRinging(some);
    return () => tellRinging(false);
  }, [some]);
  return calls;
}
