/**
 * In a smart meeting whoever speaks is on the podium. The browser listens to its own microphone and tells the server
 * one thing: speaking, or not. Sound is sent only from the podium.
 */
import { useLocalParticipant } from '@livekit/components-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { sessionApi } from '../shared/api';
import { audioConstraints, deviceFailure, readTaste, writeTaste } from '../shared/devices';
import { listen } from '../shared/loudness';
import { useMeeting } from './context';
import { HOST, LISTENER, REMARK } from './moderation';
import { notify } from './notices';
import { useMeetingState } from './useMeetingState';
import { Voice } from './voice';

export interface VoiceControl {
  /** Whether this person is a listener whose voice opens the podium. */
  may: boolean;
  /** Whether the microphone listens for it. */
  on: boolean;
  toggle: () => void;
}

const TOLD_FOR = 15_000;
/** Milliseconds after which a place on the podium would have come. */
const PATIENCE = 1500;
const QUIET_AFTER_FULL = 20_000;

export function useVoice(): VoiceControl {
  const { participation, frozen } = useMeeting();
  const { voice_opens_podium: opens } = useMeetingState();
  const { microphoneTrack, isMicrophoneEnabled } = useLocalParticipant();
  const { role } = participation;
  const may = opens && role === LISTENER;
  const [on, setOn] = useState(() => readTaste().microphone && !participation.on_join_mute_mic);
  const own = useOwnMicrophone(may && on && !frozen, () => setOn(false));
  const speaks = opens && role !== LISTENER && role !== HOST && role !== REMARK;
  const sent = speaks && isMicrophoneEnabled ? (microphoneTrack?.track?.mediaStreamTrack ?? null) : null;
  useReports(own ?? sent);
  useToldOnce(may, on);

  const before = useRef(role);
  useEffect(() => {
    // Who turned the microphone off on the podium is not heard by it afterwards.
    if (before.current !== role && role === LISTENER) setOn(readTaste().microphone);
    before.current = role;
  }, [role]);
  const toggle = () => {
    writeTaste({ microphone: !on });
    setOn(!on);
  };
  return { may, on, toggle };
}

/** The microphone of somebody who sends nothing, open only to measure how loud it is. */
function useOwnMicrophone(wanted: boolean, failed: () => void): MediaStreamTrack | null {
  const { t } = useTranslation();
  const [track, setTrack] = useState<MediaStreamTrack | null>(null);
  const onFailure = useRef(failed);
  useEffect(() => {
    if (!wanted) return;
    let open = true;
    let opened: MediaStreamTrack | undefined;
    const begin = async () => {
      try {
        const stream = await navigator.mediaDevices.getUserMedia({ audio: audioConstraints(readTaste().microphoneId) });
        opened = stream.getAudioTracks()[0];
        if (open && opened) setTrack(opened);
        else opened?.stop();
      } catch (error) {
        if (!open) return;
        onFailure.current();
        notify({ key: 'failed-microphone', text: t(`meeting.failed.${deviceFailure(error)}`, { device: t('meeting.device.microphone') }) });
      }
    };
    void begin();
    return () => {
      open = false;
      opened?.stop();
      setTrack(null);
    };
  }, [wanted, t]);
  return track;
}

/** Reports the voice on a track for as long as there is one. */
function useReports(track: MediaStreamTrack | null): void {
  const { t } = useTranslation();
  const { connection } = useMeeting();
  const fullSaid = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => {
    if (!track) return;
    const voice = new Voice();
    const timers = new Set<ReturnType<typeof setTimeout>>();
    const listens = () => connection.participation?.role === LISTENER;
    const isFull = () => {
      const { taken, places } = connection.state.snapshot().podium;
      if (!listens() || taken.length < places || performance.now() - fullSaid.current < QUIET_AFTER_FULL) return;
      fullSaid.current = performance.now();
      notify({ key: 'podium-full', text: t('voice.full') });
    };
    const report = (speaking: boolean) => {
      const { participation, podium } = connection;
      if (!participation) return;
      // Speaking is the yes to the place that it brings; a place that comes later is asked about.
      if (speaking && listens() && !podium.call && !podium.wish) {
        podium.agreed({ microphone: true, camera: readTaste().camera, bySpeaking: true });
        timers.add(setTimeout(isFull, PATIENCE));
      }
      if (!speaking && podium.wish?.bySpeaking) podium.done();
      void sessionApi(participation).speaking(speaking).catch(() => undefined);
    };
    const end = listen(track, (level) => {
      const said = voice.hear(level, performance.now());
      if (said !== null) report(said);
    });
    return () => {
      end();
      for (const timer of timers) clearTimeout(timer);
      if (listens() && connection.podium.wish?.bySpeaking) connection.podium.done();
    };
  }, [track, connection, t]);
}

function useToldOnce(may: boolean, on: boolean): void {
  const { t } = useTranslation();
  const told = useRef(false);
  useEffect(() => {
    if (!may || told.current) return;
    told.current = true;
    const how = on ? (readTaste().camera ? 'both' : 'sound') : 'off';
    notify({ key: 'voice', text: t(`voice.told.${how}`), stay: TOLD_FOR });
  }, [may, on, t]);
}
