/** A page that cannot be joined: the cause in plain words and one way on. */
import { Button, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { knownReason, wayOn } from '../shared/errors';
import { navigate } from '../shared/routes';
import styles from './JoinPage.module.css';

export function Problem({ reason, topic, onRetry }: { reason: string; topic?: string; onRetry?: () => void }) {
  const { t } = useTranslation();
  const known = reason === 'notSupported' ? reason : knownReason(reason);
  const way = reason === 'notSupported' ? 'none' : wayOn(reason);
  return (
    <section className={styles.problem} role="alert" data-testid="problem" data-reason={reason}>
      {topic && <Text c="dimmed">{topic}</Text>}
      <Title order={1}>{t(`error.${known}.title`)}</Title>
      <Text>{t(`error.${known}.text`)}</Text>
      {way === 'retry' && onRetry && <Button onClick={onRetry}>{t('error.again')}</Button>}
      {way !== 'retry' && way !== 'none' && <Button onClick={() => navigate('/')}>{t('error.home')}</Button>}
    </section>
  );
}
