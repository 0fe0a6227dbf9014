/** The meeting's outermost part: one connection, and the screen that fits its phase. */
import './styles';
import './texts';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { tellEmbedder } from '../shared/embed';
import { MeetingConnection } from './connection';
import { Entering, Over, Refused } from './EndScreens';
import { Live } from './Live';
import type { Entry, MeetingProps } from './entry';
import { sendLate } from './late';

/** A connection that is under way before the first picture of the meeting is drawn: drawing takes a tenth of a second. */
function connectionFor(id: string, entry: Entry): MeetingConnection {
  if (entry.kind === 'handover') {
    const connection = new MeetingConnection(id, entry.handover.choices);
    void connection.enter(entry.handover);
    if (entry.handover.late) void sendLate(connection, entry.handover.late);
    return connection;
  }
  const connection = new MeetingConnection(id, entry.choices);
  void connection.join(entry.takeover);
  return connection;
}

export default function Meeting({ id, entry, onAgain, onWaiting }: MeetingProps) {
  const [connection] = useState(() => connectionFor(id, entry));
  useSyncExternalStore(connection.subscribe, connection.snapshot);
  const { phase } = connection;

  useEffect(() => () => connection.dispose(), [connection]);

  useEffect(() => {
    if (phase.kind === 'refused') tellEmbedder(phase.reason === 'accessTokenInvalid' ? 'loginFail' : 'connectionClosed');
    if (phase.kind === 'over') tellEmbedder(phase.why === 'left' ? 'logout' : 'connectionClosed');
    if (phase.kind === 'waiting') onWaiting({ participation: phase.participation, choices: phase.choices });
  }, [phase, onWaiting]);

  if (phase.kind === 'over') return <Over id={id} why={phase.why} onAgain={onAgain} />;
  if (phase.kind === 'refused') {
    return <Refused reason={phase.reason} onTakeOver={() => void connection.join(true)} onRetry={() => void connection.join(false)} onAgain={onAgain} />;
  }
  if (!connection.participation || phase.kind === 'waiting') return <Entering />;
  return <Live connection={connection} participation={connection.participation} />;
}
