/** What is shown before and after the meeting itself. */
import { Button, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import styles from '../join/JoinPage.module.css';
import { Problem } from '../join/Problem';
import { useLate } from '../shared/hooks';
import { Page } from '../shared/Page';
import { joinPath, navigate } from '../shared/routes';
import { useDarkStage } from '../shared/stage';
import type { Phase } from './phase';
import stage from './Live.module.css';

type Why = Extract<Phase, { kind: 'over' }>['why'];

export function Entering() {
  const { t } = useTranslation();
  const late = useLate(true);
  useDarkStage();
  return (
    <main className={stage.meeting} data-testid="entering">
      <p className={stage.entering} role="status">{late ? t('meeting.entering') : ''}</p>
    </main>
  );
}

export function Over({ id, why, onAgain }: { id: string; why: Why; onAgain: () => void }) {
  const { t } = useTranslation();
  const canReturn = why === 'left' || why === 'elsewhere';
  const title = t(`over.${why}.title`);
  return (
    <Page title={title}>
      <section className={styles.problem} role="status" data-testid="over" data-why={why}>
        <Title order={1}>{title}</Title>
        <Text c="dimmed">{t(`over.${why}.text`)}</Text>
        <div className={styles.actions}>
          {canReturn && (
            <Button
              onClick={() => {
                navigate(joinPath(id), 'replace');
                onAgain();
              }}
              data-testid="join-again"
            >
              {t('over.again')}
            </Button>
          )}
          <Button variant={canReturn ? 'default' : 'filled'} onClick={() => navigate('/')}>{t('error.home')}</Button>
        </div>
      </section>
    </Page>
  );
}

interface RefusedProps {
  reason: string;
  onTakeOver: () => void;
  onRetry: () => void;
  onAgain: () => void;
}

export function Refused({ reason, onTakeOver, onRetry, onAgain }: RefusedProps) {
  const { t } = useTranslation();
  if (reason === 'alreadyJoined') {
    return (
      <Page title={t('error.alreadyJoined.title')}>
        <section className={styles.problem} data-testid="already-joined">
          <Title order={1}>{t('error.alreadyJoined.title')}</Title>
          <Text>{t('error.alreadyJoined.text')}</Text>
          <div className={styles.actions}>
            <Button onClick={onTakeOver} data-testid="takeover">{t('join.moveHere')}</Button>
            <Button variant="default" onClick={() => navigate('/')}>{t('join.stayThere')}</Button>
          </div>
        </section>
      </Page>
    );
  }
  // What the join page can solve (waiting, a PIN, signing in) is shown there.
  const solvable = ['conferenceNotRunning', 'pinRequired', 'pinInvalid', 'accessTokenInvalid', 'guestsNotAllowed', 'registrationNeeded'].includes(reason);
  return (
    <Page title={t('join.title')}>
      {solvable ? (
        <section className={styles.problem} role="alert" data-testid="problem" data-reason={reason}>
          <Title order={1}>{t(`error.${reason}.title`)}</Title>
          <Text>{t(`error.${reason}.text`)}</Text>
          <Button onClick={onAgain}>{t('error.toDoor')}</Button>
        </section>
      ) : (
        <Problem reason={reason} onRetry={onRetry} />
      )}
    </Page>
  );
}
