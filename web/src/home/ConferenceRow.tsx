/** One conference in the list: what, when, and its one button. */
import { Button, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ConferenceCard } from '../shared/api.types';
import { useWhen } from '../shared/When';
import { joinPath, livePath, navigate } from '../shared/routes';
import lists from '../shared/Lists.module.css';
import styles from './HomePage.module.css';

export function ConferenceRow({ card }: { card: ConferenceCard }) {
  const { t } = useTranslation();
  const when = useWhen(card);
  const running = card.state === 'running';
  const word = running ? t('home.join') : card.may_start && !card.finished ? t('home.start') : t('home.open');
  return (
    <li className={lists.row} data-testid="conference-row">
      <div className={lists.grow}>
        <Text fw={600} className={lists.topic}>{card.topic}</Text>
        <Text size="sm" c="dimmed" component="p">
          {running && <span className={styles.live}>{t('home.live')}</span>}
          {running && Boolean(card.participant_count) && <> · {t('home.people', { count: card.participant_count ?? 0 })}</>}
          {!running && when}
        </Text>
        {running && card.is_mine && card.live_url && (
          <Text size="sm" c="dimmed" component="p" className={styles.topic} data-testid="watch-at">{t('home.watchAt', { address: location.origin + livePath(card.id) })}</Text>
        )}
        {running && card.broadcast_address && (
          <Text size="sm" c="dimmed" component="p" className={lists.topic}>{t('home.streamAt', { address: card.broadcast_address })}</Text>
        )}
      </div>
      <Button
        component="a"
        href={joinPath(card.id)}
        variant={running ? 'filled' : 'default'}
        aria-label={`${word}: ${card.topic}`}
        onClick={(event: React.MouseEvent) => {
          if (event.metaKey || event.ctrlKey) return;
          event.preventDefault();
          navigate(joinPath(card.id));
        }}
      >
        {word}
      </Button>
    </li>
  );
}
