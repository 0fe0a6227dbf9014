/** `/c/{id}/register`: what the conference is, the form that its organiser asks for, and how it went. */
import { Skeleton, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Problem } from '../join/Problem';
import en from '../locales/register/en.json';
import ru from '../locales/register/ru.json';
import { api } from '../shared/api';
import type { ConferenceCard, Registered } from '../shared/api.types';
import { Avatar } from '../shared/Avatar';
import { useLate, useRegional } from '../shared/hooks';
import { reasonOf } from '../shared/http';
import { addTexts } from '../shared/i18n';
import { Page } from '../shared/Page';
import { span } from '../shared/time';
import { Closed, Done } from './Outcome';
import { RegisterForm } from './RegisterForm';
import styles from './RegisterPage.module.css';

addTexts({ en, ru });

export default function RegisterPage({ id }: { id: string }) {
  const { t } = useTranslation();
  const [done, setDone] = useState<{ answer: Registered; email: string } | null>(null);
  const card = useQuery({ queryKey: ['conference', id], queryFn: ({ signal }) => api.conference(id, signal) });
  const form = useQuery({
    queryKey: ['registration', id],
    queryFn: ({ signal }) => api.registration(id, signal),
    // Whoever waits for the beginning, or for a place, sees the form as soon as it is there.
    refetchInterval: ({ state }) => (state.data?.closed && !done ? 20_000 : false),
  });
  const late = useLate(card.isPending || form.isPending);
  const failed = (card.isError && !card.data && card.error) || (form.isError && !form.data && form.error);
  const again = () => void Promise.all([card.refetch(), form.refetch()]);
  if (failed) {
    return (
      <Page title={t('register.title')}>
        <Problem reason={reasonOf(failed)} onRetry={again} />
      </Page>
    );
  }
  const ready = card.data && form.data;
  return (
    <Page title={card.data ? `${t('register.title')}: ${card.data.topic}` : t('register.title')}>
      <div className={styles.column} aria-busy={!ready}>
        {ready && <About card={card.data} />}
        {ready && done && <Done card={card.data} answer={done.answer} email={done.email} />}
        {ready && !done && form.data.closed && <Closed id={id} form={form.data} onRetry={again} />}
        {ready && !done && !form.data.closed && (
          <RegisterForm id={id} form={form.data} onDone={(answer, email) => setDone({ answer, email })} onClosed={again} />
        )}
        {!ready && late && <Loading />}
      </div>
    </Page>
  );
}

function About({ card }: { card: ConferenceCard }) {
  const { t } = useTranslation();
  return (
    <header>
      <Text size="sm" c="dimmed">{t('register.title')}</Text>
      <Title order={1} className={styles.topic} data-testid="topic">{card.topic}</Title>
      <div className={styles.owner}>
        <Avatar id={card.owner.id} name={card.owner.display_name} url={card.owner.avatar} size={28} />
        <Text size="sm" c="dimmed">{t('join.by', { name: card.owner.display_name })}</Text>
      </div>
      <When card={card} />
      {card.description && <Text size="sm" className={styles.description}>{card.description}</Text>}
    </header>
  );
}

/** When it takes place, in the visitor's zone. */
function When({ card }: { card: ConferenceCard }) {
  const { t } = useTranslation();
  const language = useRegional();
  const { next_start: start, schedule } = card;
  return (
    <Text className={styles.when} data-testid="when">
      {card.finished && t('when.finished')}
      {!card.finished && start === null && t(card.state === 'running' ? 'register.running' : 'when.none')}
      {start !== null && schedule.type === 0 && `${t('register.weekly')} `}
      {start !== null && span(start, schedule.duration ?? 0, language)}
    </Text>
  );
}

function Loading() {
  const { t } = useTranslation();
  return (
    <div role="status" aria-label={t('page.loading')}>
      <Skeleton height={36} width="80%" radius="sm" />
      <Skeleton height={28} width="50%" radius="sm" mt={12} />
      <Skeleton height={68} radius="md" mt={32} />
      <Skeleton height={68} radius="md" mt={16} />
      <Skeleton height={48} radius="md" mt={24} />
    </div>
  );
}
