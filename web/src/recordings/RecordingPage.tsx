/** `/recordings/{id}`: one recording, to be watched at once, also while it is being made. */
import { Skeleton, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '../shared/api';
import { useLate, useMe } from '../shared/hooks';
import { reasonOf } from '../shared/http';
import { Page } from '../shared/Page';
import { recordingsPath } from '../shared/routes';
import { SignInForm } from '../shared/SignInForm';
import page from '../shared/Page.module.css';
import { BackLink } from './BackLink';
import { Player } from './Player';
import { RecordingProblem } from './RecordingProblem';
import { isThere } from './rules';
import styles from './Recordings.module.css';
import './texts';

/** Addresses are renewed well before they end, and the state of one that is being made is looked at. */
const AGAIN_MS = { beingMade: 10_000, complete: 300_000, deleted: 300_000, outOfReach: 300_000 } as const;

export default function RecordingPage({ id }: { id: number }) {
  const { t } = useTranslation();
  const { signedIn } = useMe();
  const found = useQuery({
    queryKey: ['recording', id],
    queryFn: ({ signal }) => api.recording(id, signal),
    enabled: signedIn,
    refetchInterval: ({ state }) => (state.data ? AGAIN_MS[state.data.state] : false),
    refetchIntervalInBackground: true,
  });
  const late = useLate(signedIn && found.isPending);
  if (!signedIn) {
    return (
      <Page title={t('recordings.title')}>
        <section className={page.narrow}>
          <Title order={1} mb="lg">{t('recordings.signIn')}</Title>
          <SignInForm />
        </section>
      </Page>
    );
  }
  const { data } = found;
  return (
    <Page title={data?.topic ?? t('recordings.title')}>
      <section className={styles.watch}>
        <BackLink to={recordingsPath}>{t('recordings.all')}</BackLink>
        {late && <div role="status" aria-label={t('page.loading')}><Skeleton className={styles.screen} /><Skeleton height={28} width="60%" mt={16} /></div>}
        {found.isError && !data && <RecordingProblem reason={reasonOf(found.error)} onRetry={() => void found.refetch()} />}
        {data && !isThere(data.state) && <RecordingProblem reason={data.state} />}
        {data && isThere(data.state) && <Player recording={data} />}
      </section>
    </Page>
  );
}
