/** Login and password; and the new password that an administrator's one-time password asks for. */
import { Alert, Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from './api';
import type { Me } from './api.types';
import { signInReason } from './errors';
import { reasonOf } from './http';
import { signIn } from './session';
import styles from './SignInForm.module.css';

export function SignInForm({ onDone }: { onDone?: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [failed, setFailed] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setFailed(null);
    try {
      await signIn(String(form.get('login')).trim(), String(form.get('password')));
      await queries.invalidateQueries();
      onDone?.();
    } catch (error) {
      setFailed(signInReason(reasonOf(error)));
      setBusy(false);
    }
  };

  return (
    <form onSubmit={(event) => void submit(event)} data-testid="sign-in-form">
      <Stack gap="md">
        <TextInput name="login" label={t('signIn.login')} autoComplete="username" autoCapitalize="none" spellCheck={false} required withAsterisk={false} data-testid="sign-in-login" />
        <PasswordInput name="password" label={t('signIn.password')} autoComplete="current-password" required withAsterisk={false} visibilityToggleButtonProps={{ 'aria-label': t('signIn.show') }} data-testid="sign-in-password" />
        <div role="alert" className={styles.alert}>
          {failed && <Alert color="red" variant="light" data-testid="sign-in-error">{t(`signIn.error.${failed}`)}</Alert>}
        </div>
        <Button type="submit" loading={busy} data-testid="sign-in">{t('signIn.do')}</Button>
      </Stack>
    </form>
  );
}

/** Asked before anything else when the password was given by somebody else. */
export function NewPasswordForm({ me }: { me: Me }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [failed, setFailed] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const [old, next] = [String(form.get('old')), String(form.get('new'))];
    if (old === next) {
      setFailed(t('newPassword.same'));
      return;
    }
    setBusy(true);
    setFailed(null);
    try {
      queries.setQueryData(['me'], await api.changePassword(old, next));
      await queries.invalidateQueries();
    } catch (error) {
      setFailed(reasonOf(error) === 'offline' ? t('signIn.error.offline') : t('newPassword.refused'));
      setBusy(false);
    }
  };

  return (
    <form onSubmit={(event) => void submit(event)} data-testid="new-password-form">
      <Stack gap="md">
        <Text c="dimmed">{t('newPassword.why', { name: me.display_name })}</Text>
        <input type="text" name="username" autoComplete="username" defaultValue={me.id} hidden readOnly />
        <PasswordInput name="old" label={t('newPassword.old')} autoComplete="current-password" required withAsterisk={false} visibilityToggleButtonProps={{ 'aria-label': t('signIn.show') }} data-testid="old-password" />
        <PasswordInput name="new" label={t('newPassword.new')} description={t('newPassword.rule')} minLength={8} autoComplete="new-password" required withAsterisk={false} visibilityToggleButtonProps={{ 'aria-label': t('signIn.show') }} data-testid="new-password" />
        <div role="alert" className={styles.alert}>{failed && <Alert color="red" variant="light">{failed}</Alert>}</div>
        <Button type="submit" loading={busy} data-testid="save-password">{t('newPassword.do')}</Button>
      </Stack>
    </form>
  );
}
