/** `/webrtc/{id}`: decides how this visit enters the meeting, before any of the meeting's code is there. */
import { createElement, lazy, Suspense, useCallback, useEffect, useState } from 'react';
import { JoinPage } from '../join/JoinPage';
import { Problem } from '../join/Problem';
import { canMeet, readTaste } from '../shared/devices';
import { tellEmbedder } from '../shared/embed';
import { choicesAfterReload, takeHandover, takeWish, type Waiting } from '../shared/handover';
import { Page } from '../shared/Page';
import { handToken } from '../shared/session';
import { isStageShown } from '../shared/stage';
import { directEntry } from './direct';
import type { Entry } from './entry';
import { prepare, preparedMeeting } from './prepare';

const LazyMeeting = lazy(prepare);

function findEntry(id: string): Entry | null {
  const handover = takeHandover(id);
  if (handover) return { kind: 'handover', handover };
  const wish = takeWish(id);
  if (wish) return { kind: 'choices', choices: wish, takeover: false, direct: false };
  const direct = directEntry(location.hash);
  if (direct) {
    // The token goes out of the address before anything can copy or log it.
    history.replaceState(null, '', location.pathname + location.search);
    if (direct.token && direct.guest === null) handToken(direct.token);
    const guestToken = direct.guest === null ? undefined : (direct.token ?? undefined);
    const { camera, microphone } = readTaste();
    return { kind: 'choices', takeover: false, direct: true, choices: { asGuest: direct.guest !== null, name: direct.guest ?? undefined, guestToken, camera, microphone } };
  }
  const choices = choicesAfterReload(id);
  return choices ? { kind: 'choices', choices, takeover: true, direct: false } : null;
}

export function MeetingRoute({ id }: { id: string }) {
  const [entry, setEntry] = useState(() => findEntry(id));
  /** Grows with each new visit: the meeting keeps the connection that it began with. */
  const [visit, setVisit] = useState(0);
  // Chosen once: another choice while somebody is in the meeting would end it and begin a new one.
  const [part] = useState(() => preparedMeeting() ?? LazyMeeting);
  const [waiting, setWaiting] = useState<Waiting>();
  const onWaiting = useCallback((place: Waiting) => {
    setWaiting(place);
    setEntry(null);
  }, []);
  const onAgain = () => {
    setWaiting(undefined);
    setEntry(null);
  };
  const able = canMeet();
  useEffect(() => {
    // A call into the very conference whose door or end is shown: the address does not change then.
    const look = () => {
      const choices = takeWish(id);
      // Who is in already stays in.
      if (!choices || isStageShown()) return;
      setEntry({ kind: 'choices', choices, takeover: false, direct: false });
      setVisit((before) => before + 1);
    };
    window.addEventListener('popstate', look);
    return () => window.removeEventListener('popstate', look);
  }, [id]);
  useEffect(() => {
    if (!able) tellEmbedder('notSupported');
  }, [able]);
  if (!able) {
    return (
      <Page title="Rostrum" bare>
        <Problem reason="notSupported" />
      </Page>
    );
  }
  if (!entry) return <JoinPage id={id} waiting={waiting} onJoined={(handover) => {
    setWaiting(undefined);
    setEntry({ kind: 'handover', handover });
  }} />;
  const meeting = createElement(part, { key: visit, id, entry, onAgain, onWaiting });
  return <Suspense fallback={null}>{meeting}</Suspense>;
}
