/** The fields that the organiser asks for, with what is wrong at each of them. */
import { Alert, Anchor, Button, Text, TextInput } from '@mantine/core';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { readName } from '../join/who';
import { api } from '../shared/api';
import type { Registered, RegistrationForm as Form } from '../shared/api.types';
import { knownReason } from '../shared/errors';
import { useRegional } from '../shared/hooks';
import { ApiError, reasonOf } from '../shared/http';
import { joinPath, navigate } from '../shared/routes';
import { moment, timeOfDay } from '../shared/time';
import { kindOf, wordsFor, wrongOf } from './fields';
import styles from './RegisterPage.module.css';

interface Props {
  id: string;
  form: Form;
  onDone: (answer: Registered, email: string) => void;
  /** The form was closed meanwhile. */
  onClosed: () => void;
}

export function RegisterForm({ id, form, onDone, onClosed }: Props) {
  const { t } = useTranslation();
  const language = useRegional();
  const element = useRef<HTMLFormElement>(null);
  const [wrong, setWrong] = useState<Record<string, string>>({});
  const [failed, setFailed] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  useEffect(() => {
    const first = form.fields.find((field) => wrong[field.name]);
    if (first) element.current?.querySelector<HTMLInputElement>(`[name="${CSS.escape(first.name)}"]`)?.focus();
  }, [wrong, form.fields]);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    const fields = Object.fromEntries(form.fields.map(({ name }) => [name, String(given.get(name) ?? '').trim()]));
    setBusy(true);
    setFailed(null);
    setWrong({});
    try {
      onDone(await api.register(id, fields), fields.email ?? '');
    } catch (error) {
      setBusy(false);
      const reason = reasonOf(error);
      if (reason.startsWith('registration')) return onClosed();
      const places = error instanceof ApiError ? wrongOf(error.places) : {};
      setWrong(places);
      if (Object.keys(places).length > 0) return;
      const time = timeOfDay(Date.now() / 1000 + (error instanceof ApiError ? error.retryAfter : 0) + 59, language);
      setFailed(reason === 'tooManyAttempts' ? t('register.tooMany', { time }) : t(`error.${knownReason(reason)}.text`, { time }));
    }
  };

  return (
    <form ref={element} className={styles.form} onSubmit={(event) => void submit(event)} noValidate data-testid="register-form">
      {form.fields.map(({ name, is_required }) => (
        <TextInput
          key={name}
          name={name}
          label={wordsFor(name, t)}
          {...kindOf(name)}
          required={is_required}
          defaultValue={name === 'display_name' ? readName() : ''}
          error={wrong[name] && t(`register.wrong.${wrong[name]}`)}
          data-testid={`field-${name}`}
        />
      ))}
      <div role="alert" className={styles.alert}>{failed && <Alert color="red" variant="light" data-testid="register-error">{failed}</Alert>}</div>
      <Button type="submit" className={styles.go} loading={busy} data-testid="register">{t('register.do')}</Button>
      {form.end_at !== null && <Text size="sm" c="dimmed">{t('register.until', { time: moment(form.end_at, language) })}</Text>}
      <Anchor component="button" type="button" className={styles.switch} onClick={() => navigate(joinPath(id))}>{t('register.toDoor')}</Anchor>
    </form>
  );
}
