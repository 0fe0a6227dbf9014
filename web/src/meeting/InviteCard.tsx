/** Shown to somebody who is alone: the link to send, and as a code to be photographed. */
import { Link } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useSomebodyRings } from '../calls/outgoing';
import { QrCode } from '../shared/QrCode';
import { useMeeting } from './context';
import { useInvite } from './useInvite';
import styles from './InviteCard.module.css';

export function InviteCard() {
  const { t } = useTranslation();
  const { participation } = useMeeting();
  const { url, copy } = useInvite();
  if (useSomebodyRings()) return null;
  return (
    <section className={styles.card} data-testid="invite-card">
      <p className={styles.title}>{t('meeting.alone')}</p>
      <p className={styles.url}>{url}</p>
      {participation.qr_code && <QrCode url={url} title={t('meeting.code')} />}
      <button type="button" className={styles.copy} onClick={() => void copy()}>
        <Link size={16} aria-hidden /> {t('meeting.copyLink')}
      </button>
    </section>
  );
}
