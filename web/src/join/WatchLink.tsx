/** The way to the page that only shows the meeting, where there is one. */
import { Anchor } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ConferenceCard } from '../shared/api.types';
import { livePath, navigate } from '../shared/routes';
import styles from './JoinPage.module.css';

export function WatchLink({ card }: { card: ConferenceCard }) {
  const { t } = useTranslation();
  if (card.live_url === null) return null;
  const go = (event: React.MouseEvent) => {
    if (event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    navigate(livePath(card.id));
  };
  return (
    <div className={styles.share}>
      <Anchor href={livePath(card.id)} fz="sm" onClick={go} data-testid="watch-only">{t('join.watch')}</Anchor>
    </div>
  );
}
