/** "Ringing Ann…" over the stage, with a way to stop it for hosts, and then what came of it. */
import { X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useMeeting } from '../meeting/context';
import { sessionApi } from '../shared/api';
import type { OutgoingCall } from '../shared/api.types';
import { Avatar } from '../shared/Avatar';
import styles from './OutgoingCalls.module.css';
import { useOutgoing } from './outgoing';
import './texts';

const HOST = 2;
const MOST = 4;

export function OutgoingCalls() {
  const { t } = useTranslation();
  const { participation } = useMeeting();
  const calls = useOutgoing(participation);
  const shown = calls.filter((call) => call.state !== 'accepted' && call.state !== 'cancelled');
  return (
    <div role="status" className={styles.stack} aria-label={t('calls.outgoing')}>
      {shown.slice(0, MOST).map((call) => <Outgoing key={call.id} call={call} mayCancel={participation.role === HOST} />)}
      {shown.length > MOST && <p className={styles.more}>{t('calls.more', { count: shown.length - MOST })}</p>}
    </div>
  );
}

function Outgoing({ call, mayCancel }: { call: OutgoingCall; mayCancel: boolean }) {
  const { t } = useTranslation();
  const { participation } = useMeeting();
  const ringing = call.state === 'ringing';
  const cancel = () => void sessionApi(participation).cancelCall(call.call_id).catch(() => undefined);
  return (
    <div className={styles.call} data-ringing={ringing} data-testid="outgoing-call" data-state={call.state}>
      <Avatar id={call.id} name={call.display_name} size={28} />
      <span className={styles.text}>{t(`calls.state.${call.state}`, { name: call.display_name })}</span>
      {ringing && mayCancel && (
        <button type="button" className={styles.cancel} onClick={cancel} aria-label={t('calls.cancel', { name: call.display_name })} data-testid="cancel-call">
          <X size={20} aria-hidden />
        </button>
      )}
    </div>
  );
}
