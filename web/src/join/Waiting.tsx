/** "The host will let you in": shown in place of the form; the own picture stays beside it. */
import { Button, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import styles from './JoinPage.module.css';

export function Waiting({ onLeave }: { onLeave: () => void }) {
  const { t } = useTranslation();
  return (
    <div className={styles.question} role="status" data-testid="waiting">
      <Text fw={600}>{t('join.waiting')}</Text>
      <Text size="sm">{t('join.waitingText')}</Text>
      <Button variant="default" onClick={onLeave} data-testid="stop-waiting">{t('join.stopWaiting')}</Button>
    </div>
  );
}
