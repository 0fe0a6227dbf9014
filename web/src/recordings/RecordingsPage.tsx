/** `/recordings`: what was recorded in one's conferences, newest first; administrators see all. */
import { Alert, Button, Skeleton, Text, Title } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '../shared/api';
import type { Me } from '../shared/api.types';
import { useLate, useMe } from '../shared/hooks';
import { reasonOf } from '../shared/http';
import { Page } from '../shared/Page';
import { SignInForm } from '../shared/SignInForm';
import lists from '../shared/Lists.module.css';
import page from '../shared/Page.module.css';
import { BackLink } from './BackLink';
import { RecordingRow } from './RecordingRow';
import styles from './Recordings.module.css';
import { problemOf } from './rules';
import './texts';

const AGAIN_MS = 10_000;

export default function RecordingsPage() {
  const { t } = useTranslation();
  const { signedIn, me } = useMe();
  return (
    <Page title={t('recordings.title')}>
      {signedIn ? (
        <section className={styles.wide}>
          <BackLink to="/">{t('error.home')}</BackLink>
          <Title order={1} mb="md">{t('recordings.title')}</Title>
          <List me={me} />
        </section>
      ) : (
        <section className={page.narrow}>
          <Title order={1} mb="lg">{t('recordings.signIn')}</Title>
          <SignInForm />
        </section>
      )}
    </Page>
  );
}

function List({ me }: { me: Me | undefined }) {
  const { t } = useTranslation();
  const list = useInfiniteQuery({
    queryKey: ['recordings'],
    queryFn: ({ pageParam, signal }) => api.recordings(pageParam, signal),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (page) => (page.more ? page.recordings.at(-1)?.id : undefined),
    refetchInterval: AGAIN_MS,
  });
  const late = useLate(list.isPending);
  const found = list.data?.pages.flatMap((page) => page.recordings);
  return (
    <>
      {late && <div role="status" aria-label={t('page.loading')}>{[0, 1, 2].map((row) => <Skeleton key={row} height={76} radius="lg" mb={8} />)}</div>}
      <div role="alert">
        {list.isError && (
          <Alert color="red" variant="light" mb="md" title={t(`recordings.problem.${problemOf(reasonOf(list.error))}.title`)} data-testid="problem">
            <Text size="sm" mb="sm">{t(`recordings.problem.${problemOf(reasonOf(list.error))}.text`)}</Text>
            <Button variant="default" onClick={() => void list.refetch()}>{t('recordings.again')}</Button>
          </Alert>
        )}
      </div>
      {found?.length === 0 && (
        <div className={lists.empty} data-testid="no-recordings">
          <Text fw={600}>{t('recordings.none')}</Text>
          <Text c="dimmed" size="sm">{t('recordings.noneHow')}</Text>
        </div>
      )}
      {found && found.length > 0 && (
        <ul className={lists.list} data-testid="recordings">
          {found.map((card) => <RecordingRow key={card.id} card={card} owner={me && card.owner !== me.uid ? card.owner : undefined} />)}
        </ul>
      )}
      {list.hasNextPage && (
        <Button variant="default" mt="md" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t('recordings.older')}</Button>
      )}
    </>
  );
}
