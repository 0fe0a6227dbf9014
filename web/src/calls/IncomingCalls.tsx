/** Whoever calls, as a card over everything, on every page: who it is, accept, decline. It ends by itself. */
import { Phone, PhoneOff } from 'lucide-react';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../shared/api';
import type { IncomingCall } from '../shared/api.types';
import { Avatar } from '../shared/Avatar';
import { readTaste } from '../shared/devices';
import { enterWith } from '../shared/handover';
import { reasonOf } from '../shared/http';
import { meetingPath, navigate } from '../shared/routes';
import { useStageShown } from '../shared/stage';
import { forget, listenForCalls, useIncoming } from './incoming';
import styles from './IncomingCalls.module.css';
import { startRinging } from './ringTone';
import { useFlashingTitle } from './useFlashingTitle';
import './texts';

const MOST_CARDS = 3;

export default function IncomingCalls() {
  const { t } = useTranslation();
  const calls = useIncoming();
  const busy = useStageShown();
  const ringing = calls.length > 0;
  useEffect(listenForCalls, []);
  useEffect(() => (ringing ? startRinging(busy ? 'soft' : 'loud') : undefined), [ringing, busy]);
  const first = calls[0];
  useFlashingTitle(first ? t('calls.title', { name: first.caller.display_name }) : null);
  if (!first) return null;
  return (
    <div className={styles.stack}>
      {calls.slice(0, MOST_CARDS).map((call) => <CallCard key={call.call_id} call={call} busy={busy} />)}
    </div>
  );
}

function CallCard({ call, busy }: { call: IncomingCall; busy: boolean }) {
  const { t } = useTranslation();
  const { answering, failed, accept, decline } = useAnswer(call);
  const box = useFocusOnArrival();
  useEscape(box, decline);
  const id = `call-${call.call_id}`;
  return (
    <section
      ref={box}
      role="alertdialog"
      aria-labelledby={`${id}-who`}
      aria-describedby={`${id}-what`}
      tabIndex={-1}
      className={styles.card}
      data-testid="incoming-call"
    >
      <div className={styles.person}>
        <span className={styles.face}><Avatar id={call.caller.id} name={call.caller.display_name} url={call.caller.avatar} size={56} /></span>
        <div className={styles.words}>
          <h2 id={`${id}-who`} className={styles.who}>{call.caller.display_name}</h2>
          <p id={`${id}-what`} className={styles.what} role="status">
            {failed ? t(failed === 'offline' ? 'calls.offline' : 'calls.failed') : t(call.opens ? 'calls.callsYou' : 'calls.calls', { topic: call.topic })}
            {busy && !failed && <span className={styles.note}>{t('calls.leaves')}</span>}
          </p>
        </div>
      </div>
      <div className={styles.buttons}>
        <button type="button" className={styles.decline} onClick={decline} disabled={answering} data-testid="decline-call">
          <PhoneOff size={20} aria-hidden /> {t('calls.decline')}
        </button>
        <button type="button" className={styles.accept} onClick={accept} disabled={answering} data-testid="accept-call">
          <Phone size={20} aria-hidden /> {t('calls.accept')}
        </button>
      </div>
    </section>
  );
}

function useAnswer(call: IncomingCall) {
  const [answering, setAnswering] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  const answer = async (work: () => Promise<void>) => {
    setAnswering(true);
    setFailed(null);
    try {
      await work();
      forget(call.call_id);
    } catch (error) {
      const reason = reasonOf(error);
      if (reason === 'callIsOver') return forget(call.call_id);
      setFailed(reason);
      setAnswering(false);
    }
  };
  return {
    answering,
    failed,
    accept: () =>
      void answer(async () => {
        const accepted = await api.acceptCall(call.call_id);
        const taste = readTaste();
        enterWith(accepted.conference_id, { asGuest: false, camera: taste.camera && accepted.video, microphone: taste.microphone });
        navigate(meetingPath(accepted.conference_id));
      }),
    decline: () => void answer(() => api.declineCall(call.call_id)),
  };
}

function useEscape(box: RefObject<HTMLElement | null>, decline: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || !box.current?.contains(document.activeElement)) return;
      event.stopPropagation();
      decline();
    };
    window.addEventListener('keydown', onKey, true);
    return () => window.removeEventListener('keydown', onKey, true);
  });
}

/** The card takes the focus, but not out of a text that somebody is writing; afterwards it goes back where it was. */
function useFocusOnArrival() {
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    const writing = before?.matches('input, textarea, select, [contenteditable]') ?? false;
    const card = box.current;
    if (!writing) card?.focus({ preventScroll: true });
    return () => {
      if (!writing && (document.activeElement === document.body || card?.contains(document.activeElement))) before?.focus?.({ preventScroll: true });
    };
  }, []);
  return box;
}
