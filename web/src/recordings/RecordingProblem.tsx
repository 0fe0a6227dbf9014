/** Why there is nothing to see, and one way on. */
import { Button, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { navigate, recordingsPath } from '../shared/routes';
import styles from './Recordings.module.css';
import { problemOf } from './rules';

export function RecordingProblem({ reason, onRetry }: { reason: string; onRetry?: () => void }) {
  const { t } = useTranslation();
  const known = problemOf(reason);
  const again = onRetry && (known === 'offline' || known === 'unknown');
  return (
    <section className={styles.problem} role="alert" data-testid="problem" data-reason={reason}>
      <Title order={1}>{t(`recordings.problem.${known}.title`)}</Title>
      <Text>{t(`recordings.problem.${known}.text`)}</Text>
      {again ? <Button onClick={onRetry}>{t('recordings.again')}</Button> : <Button onClick={() => navigate(recordingsPath)}>{t('recordings.toList')}</Button>}
    </section>
  );
}
