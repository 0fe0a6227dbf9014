/** Who joins, the PIN if one is needed, and the one button. */
import { Alert, Anchor, Button, Text, TextInput } from '@mantine/core';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConferenceCard } from '../shared/api.types';
import { Avatar } from '../shared/Avatar';
import { knownReason } from '../shared/errors';
import type { Handover } from '../shared/handover';
import { useMe } from '../shared/hooks';
import { signOut } from '../shared/session';
import { NewPasswordForm, SignInForm } from '../shared/SignInForm';
import styles from './JoinPage.module.css';
import type { Preview } from './preview';
import { useJoin } from './useJoin';

interface Props {
  card: ConferenceCard;
  preview: Preview;
  name: string;
  onName: (name: string) => void;
  onJoined: (handover: Handover) => void;
  refetch: () => Promise<unknown>;
}

export function JoinForm({ card, preview, name, onName, onJoined, refetch }: Props) {
  const { t } = useTranslation();
  const { signedIn, me } = useMe();
  const [wantsSignIn, setWantsSignIn] = useState(!card.allow_guests);
  const [pin, setPin] = useState('');
  const join = useJoin({ card, preview, me, name, pin, onJoined, refetch });
  const pinInput = useRef<HTMLInputElement>(null);
  const askPin = card.pin_required && !card.is_mine;
  const pinWrong = join.failed === 'pinInvalid' || join.failed === 'pinRequired';

  useEffect(() => {
    if (me) onName(me.display_name);
  }, [me, onName]);
  useEffect(() => {
    if (pinWrong) pinInput.current?.focus();
  }, [pinWrong]);

  if (me?.must_change_password) return <NewPasswordForm me={me} />;
  if (!signedIn && wantsSignIn) {
    return (
      <div className={styles.stack}>
        {!card.allow_guests && <Text c="dimmed" size="sm">{t('join.accountsOnly')}</Text>}
        <SignInForm onDone={() => setWantsSignIn(false)} />
        {card.allow_guests && (
          <Anchor component="button" type="button" className={styles.switch} onClick={() => setWantsSignIn(false)}>{t('join.asGuest')}</Anchor>
        )}
      </div>
    );
  }

  const submit = (event: FormEvent) => {
    event.preventDefault();
    join.press();
  };
  return (
    <form className={styles.stack} onSubmit={submit} data-testid="join-form">
      {signedIn ? (
        <div className={styles.account}>
          {me && <Avatar id={me.uid} name={me.display_name} url={me.avatar} />}
          <div className={styles.grow}>
            <Text fw={600} data-testid="account-name">{me?.display_name}</Text>
            <Text size="sm" c="dimmed">{me?.uid}</Text>
          </div>
          <Button
            variant="subtle"
            color="gray"
            size="sm"
            onClick={() => {
              signOut();
              onName('');
            }}
          >
            {t('home.signOut')}
          </Button>
        </div>
      ) : (
        <TextInput label={t('join.name')} value={name} onChange={(event) => onName(event.currentTarget.value)} required withAsterisk={false} maxLength={64} autoComplete="name" disabled={join.armed} data-testid="guest-name" />
      )}
      {askPin && (
        <TextInput ref={pinInput} label={t('join.pin')} value={pin} onChange={(event) => setPin(event.currentTarget.value)} required withAsterisk={false} inputMode="numeric" autoComplete="off" error={pinWrong ? t(`error.${join.failed}.text`) : undefined} disabled={join.armed} data-testid="pin" />
      )}
      <Refusal join={join} showsPin={askPin && pinWrong} onSignIn={() => setWantsSignIn(true)} />
      <Go card={card} join={join} />
      {!signedIn && (
        <Anchor component="button" type="button" className={styles.switch} onClick={() => setWantsSignIn(true)} data-testid="show-sign-in">{t('join.haveAccount')}</Anchor>
      )}
    </form>
  );
}

type Join = ReturnType<typeof useJoin>;

function Refusal({ join, showsPin, onSignIn }: { join: Join; showsPin: boolean; onSignIn: () => void }) {
  const { t } = useTranslation();
  if (join.failed === 'alreadyJoined') {
    return (
      <div className={styles.question} role="alert" data-testid="already-joined">
        <Text fw={600}>{t('error.alreadyJoined.title')}</Text>
        <Text size="sm">{t('error.alreadyJoined.text')}</Text>
        <Button onClick={join.takeOver} loading={join.busy} data-testid="takeover">{t('join.moveHere')}</Button>
        <Button variant="subtle" color="gray" onClick={join.dismiss}>{t('join.stayThere')}</Button>
      </div>
    );
  }
  const shown = join.failed && !showsPin ? join.failed : null;
  const canSignIn = shown === 'guestsNotAllowed' || shown === 'tooManyGuests' || shown === 'accessTokenInvalid';
  return (
    <div role="alert" className={styles.alert} data-testid="join-error" data-reason={shown ?? ''}>
      {shown && (
        <Alert color="red" variant="light" title={t(`error.${knownReason(shown)}.title`)}>
          <Text size="sm">{t(`error.${knownReason(shown)}.text`)}</Text>
          {canSignIn && <Button variant="light" size="sm" mt="xs" onClick={onSignIn}>{t('signIn.do')}</Button>}
        </Alert>
      )}
    </div>
  );
}

function Go({ card, join }: { card: ConferenceCard; join: Join }) {
  const { t } = useTranslation();
  if (join.failed === 'alreadyJoined') return null;
  if (join.armed) {
    return (
      <div className={styles.question} role="status" data-testid="armed">
        <Text fw={600}>{t('join.armed')}</Text>
        <Text size="sm">{t('join.armedText')}</Text>
        <Button variant="default" onClick={join.disarm}>{t('join.dontWait')}</Button>
      </div>
    );
  }
  const running = card.state === 'running';
  const word = running ? t('join.do') : card.is_mine ? t('join.start') : t('join.whenStarts');
  return (
    <Button type="submit" className={styles.go} loading={join.busy} data-testid="join">{word}</Button>
  );
}
