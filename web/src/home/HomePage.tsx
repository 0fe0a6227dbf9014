/** Home: sign in, then one way to start a meeting and the list of one's conferences. */
import { Alert, Button, Skeleton, Text, Title } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../shared/api';
import type { Me } from '../shared/api.types';
import { Avatar } from '../shared/Avatar';
import { knownReason } from '../shared/errors';
import { useLate, useMe } from '../shared/hooks';
import { reasonOf } from '../shared/http';
import { Page } from '../shared/Page';
import { joinPath, navigate } from '../shared/routes';
import { signOut } from '../shared/session';
import { NewPasswordForm, SignInForm } from '../shared/SignInForm';
import lists from '../shared/Lists.module.css';
import page from '../shared/Page.module.css';
import { ConferenceRow } from './ConferenceRow';
import styles from './HomePage.module.css';

const HomeRecordings = lazy(() => import('../recordings/HomeRecordings'));
const HomeContacts = lazy(() => import('../calls/HomeContacts'));
const HomeMissed = lazy(() => import('../calls/HomeMissed'));

export default function HomePage() {
  const { t } = useTranslation();
  const { signedIn, me, loading, error } = useMe();
  const late = useLate(loading);
  if (!signedIn) {
    return (
      <Page title={t('home.title')}>
        <section className={page.narrow}>
          <Title order={1} mb="xs">{t('home.welcome')}</Title>
          <Text c="dimmed" mb="lg">{t('home.what')}</Text>
          <SignInForm />
        </section>
      </Page>
    );
  }
  if (me?.must_change_password) {
    return (
      <Page title={t('newPassword.title')}>
        <section className={page.narrow}>
          <Title order={1} mb="xs">{t('newPassword.title')}</Title>
          <NewPasswordForm me={me} />
        </section>
      </Page>
    );
  }
  return (
    <Page title={t('home.title')}>
      <section className={styles.wide}>
        {me && <Greeting me={me} />}
        {late && !error && <Skeleton height={56} radius="lg" aria-label={t('page.loading')} />}
        {error && <Alert color="red" variant="light" role="alert">{t(`error.${knownReason(reasonOf(error))}.text`)}</Alert>}
        {me && <Suspense fallback={null}><HomeMissed me={me} /></Suspense>}
        {me && (
          <div className={styles.columns}>
            <div>
              <Conferences />
              <Suspense fallback={null}><HomeRecordings /></Suspense>
            </div>
            <Suspense fallback={null}><HomeContacts me={me} /></Suspense>
          </div>
        )}
      </section>
    </Page>
  );
}

function Greeting({ me }: { me: Me }) {
  const { t } = useTranslation();
  const start = useMutation({
    mutationFn: () => api.newMeeting(),
    onSuccess: async (card) => {
      // Not every browser lets a page copy without asking; the link is also shown in the meeting.
      await navigator.clipboard?.writeText(card.url).catch(() => undefined);
      navigate(joinPath(card.id));
    },
  });
  return (
    <>
      <div className={styles.person}>
        <Avatar id={me.uid} name={me.display_name} url={me.avatar} size={56} />
        <div className={lists.grow}>
          <Title order={1} className={styles.name}>{me.display_name}</Title>
          <Text c="dimmed" size="sm" truncate title={me.uid}>{me.uid}</Text>
        </div>
        <Button variant="subtle" color="gray" onClick={signOut} data-testid="sign-out">{t('home.signOut')}</Button>
      </div>
      {me.rights.includes('create_group_conference') ? (
        <Button size="md" leftSection={<Plus size={20} aria-hidden />} loading={start.isPending} onClick={() => start.mutate()} data-testid="new-meeting" className={styles.new}>
          {t('home.new')}
        </Button>
      ) : (
        <Text size="sm" c="dimmed" mt="md" data-testid="no-new-meeting">{t('home.noNew')}</Text>
      )}
      <div role="alert">
        {start.isError && <Alert color="red" variant="light" mt="sm">{t(`error.${knownReason(reasonOf(start.error))}.text`)}</Alert>}
      </div>
    </>
  );
}

function Conferences() {
  const { t } = useTranslation();
  const list = useQuery({
    queryKey: ['conferences'],
    queryFn: ({ signal }) => api.conferences(signal),
    refetchInterval: 15_000,
  });
  const late = useLate(list.isPending);
  return (
    <>
      <Title order={2} mt="xl" mb="sm">{t('home.mine')}</Title>
      {late && [0, 1, 2].map((row) => <Skeleton key={row} height={72} radius="lg" mb={8} />)}
      {list.isError && !list.data && (
        <Alert color="red" variant="light" role="alert">
          {t(`error.${knownReason(reasonOf(list.error))}.text`)}{' '}
          <Button variant="default" mt="sm" onClick={() => void list.refetch()}>{t('error.again')}</Button>
        </Alert>
      )}
      {list.data?.length === 0 && (
        <div className={lists.empty} data-testid="no-conferences">
          <Text fw={600}>{t('home.none')}</Text>
          <Text c="dimmed" size="sm">{t('home.noneHow')}</Text>
        </div>
      )}
      {list.data && list.data.length > 0 && (
        <ul className={lists.list} data-testid="conference-list">
          {list.data.map((card) => <ConferenceRow key={card.id} card={card} />)}
        </ul>
      )}
    </>
  );
}
