/** Shown to somebody who is alone: the link to send. */
import { Link } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useSomebodyRings } from '../calls/outgoing';
import { useInvite } from './useInvite';
import styles from './InviteCard.module.css';

export function InviteCard() {
  const { t } = useTranslation();
  const { url, copy } = useInvite();
  if (useSomebodyRings()) return null;
  return (
    <section className={styles.card} data-testid="invite-card">
      <p className={styles.title}>{t('meeting.alone')}</p>
      <p className={styles.url}>{url}</p>
      <button type="button" className={styles.copy} onClick={() => void copy()}>
        <Link size={16} aria-hidden /> {t('meeting.copyLink')}
      </button>
    </section>
  );
}
