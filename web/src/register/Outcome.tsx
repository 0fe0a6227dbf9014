/** What stands in the place of the form: why it is closed, or that somebody is registered. */
import { Button, Text, TextInput, Title } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConferenceCard, Registered, RegistrationForm } from '../shared/api.types';
import { useRegional } from '../shared/hooks';
import { joinPath, navigate } from '../shared/routes';
import { moment } from '../shared/time';
import styles from './RegisterPage.module.css';

export function Closed({ id, form, onRetry }: { id: string; form: RegistrationForm; onRetry: () => void }) {
  const { t } = useTranslation();
  const language = useRegional();
  const reason = form.closed ?? 'registrationIsOver';
  const time = form.start_at === null ? '' : moment(form.start_at, language);
  return (
    <section className={styles.outcome} data-testid="closed" data-reason={reason}>
      <Title order={2}>{t(`register.closed.${reason}.title`)}</Title>
      <Text>{t(`register.closed.${reason}.text`, { time })}</Text>
      {reason === 'registrationIsFull' || reason === 'registrationNeedsMail' ? (
        <Button variant="default" onClick={onRetry}>{t('error.again')}</Button>
      ) : (
        <Button variant={reason === 'registrationDisabled' ? 'filled' : 'default'} onClick={() => navigate(joinPath(id))}>{t('error.toDoor')}</Button>
      )}
    </section>
  );
}

export function Done({ card, answer, email }: { card: ConferenceCard; answer: Registered; email: string }) {
  const { t } = useTranslation();
  const how = answer.by_mail ? 'mailed' : answer.join_url ? 'shown' : 'known';
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);
  return (
    <section className={styles.outcome} role="status" data-testid="done" data-how={how}>
      <Title order={2} ref={title} tabIndex={-1} className={styles.quietFocus}>{t(`register.done.${how}.title`)}</Title>
      <Text>{t(`register.done.${how}.text`, { email })}</Text>
      {answer.join_url && <PersonalLink url={answer.join_url} />}
      {how === 'known' && <Button variant="default" onClick={() => navigate(joinPath(card.id))}>{t('error.toDoor')}</Button>}
    </section>
  );
}

function PersonalLink({ url }: { url: string }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard?.writeText(url).then(() => setCopied(true)).catch(() => undefined);
  };
  return (
    <>
      <TextInput value={url} readOnly aria-label={t('register.done.shown.title')} onFocus={(event) => event.currentTarget.select()} className={styles.wide} data-testid="personal-link" />
      <div className={styles.actions}>
        <Button component="a" href={url} data-testid="open-personal">{t('register.done.open')}</Button>
        <Button variant="default" onClick={() => void copy()}>{t(copied ? 'register.done.copied' : 'register.done.copy')}</Button>
      </div>
    </>
  );
}
