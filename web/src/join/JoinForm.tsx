/** Who joins, the PIN if one is needed, and the one button. */
import { Alert, Anchor, Button, Text, TextInput } from '@mantine/core';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConferenceCard } from '../shared/api.types';
import { Avatar } from '../shared/Avatar';
import { knownReason, wayOn } from '../shared/errors';
import type { Handover, Waiting as WaitingPlace } from '../shared/handover';
import { useMe, useRegional } from '../shared/hooks';
import { navigate, registerPath } from '../shared/routes';
import { signOut } from '../shared/session';
import { NewPasswordForm, SignInForm } from '../shared/SignInForm';
import { timeOfDay } from '../shared/time';
import styles from './JoinPage.module.css';
import type { Personal } from './personal';
import type { Preview } from './preview';
import { useJoin } from './useJoin';
import { Waiting } from './Waiting';

interface Props {
  card: ConferenceCard;
  /** Came by a personal link: joins as this guest, whoever is signed in. */
  personal: Personal | null;
  preview: Preview;
  name: string;
  onName: (name: string) => void;
  waiting?: WaitingPlace;
  onJoined: (handover: Handover) => void;
  refetch: () => Promise<unknown>;
}

export function JoinForm({ card, personal, preview, name, onName, waiting, onJoined, refetch }: Props) {
  const { t } = useTranslation();
  const { signedIn, me } = useMe();
  const [wantsSignIn, setWantsSignIn] = useState(!card.allow_guests && !card.registration_needed);
  const [pin, setPin] = useState('');
  const join = useJoin({ card, preview, me, personal, name, pin, waiting, onJoined, refetch });
  const pinInput = useRef<HTMLInputElement>(null);
  const askPin = card.pin_required && !card.is_mine;
  const pinWrong = join.failed === 'pinInvalid' || join.failed === 'pinRequired';

  useEffect(() => {
    if (me && !personal) onName(me.display_name);
  }, [me, personal, onName]);
  useEffect(() => {
    if (pinWrong) pinInput.current?.focus();
  }, [pinWrong]);

  if (join.waiting) return <Waiting onLeave={join.stopWaiting} />;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    join.press();
  };
  if (personal) {
    return (
      <form className={styles.stack} onSubmit={submit} data-testid="join-form">
        <div className={styles.account}>
          <Avatar id={personal.name} name={personal.name} url={null} />
          <div className={styles.grow}>
            <Text size="sm" c="dimmed">{t('join.registeredAs')}</Text>
            <Text fw={600} data-testid="personal-name">{personal.name}</Text>
          </div>
        </div>
        <Refusal card={card} join={join} showsPin={false} />
        <Go card={card} join={join} />
      </form>
    );
  }
  if (me?.must_change_password) return <NewPasswordForm me={me} />;
  if (!signedIn && wantsSignIn) {
    return (
      <div className={styles.stack}>
        {!card.allow_guests && !card.registration_needed && <Text c="dimmed" size="sm">{t('join.accountsOnly')}</Text>}
        <SignInForm onDone={() => setWantsSignIn(false)} />
        {(card.allow_guests || card.registration_needed) && (
          <Anchor component="button" type="button" className={styles.switch} onClick={() => setWantsSignIn(false)}>{t(card.registration_needed ? 'join.registerInstead' : 'join.asGuest')}</Anchor>
        )}
      </div>
    );
  }

  if (card.registration_needed && (!signedIn || me)) {
    return <RegisterFirst card={card} onSignIn={signedIn ? undefined : () => setWantsSignIn(true)} />;
  }
  return (
    <form className={styles.stack} onSubmit={submit} data-testid="join-form">
      {signedIn ? (
        <div className={styles.account}>
          {me && <Avatar id={me.uid} name={me.display_name} url={me.avatar} />}
          <div className={styles.grow}>
            <Text fw={600} data-testid="account-name">{me?.display_name}</Text>
            <Text size="sm" c="dimmed" truncate title={me?.uid}>{me?.uid}</Text>
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
      <Refusal card={card} join={join} showsPin={askPin && pinWrong} onSignIn={signedIn ? undefined : () => setWantsSignIn(true)} />
      <Go card={card} join={join} />
      {!signedIn && (
        <Anchor component="button" type="button" className={styles.switch} onClick={() => setWantsSignIn(true)} data-testid="show-sign-in">{t('join.haveAccount')}</Anchor>
      )}
    </form>
  );
}

type Join = ReturnType<typeof useJoin>;

/** What stands instead of the form for somebody who has to register. */
function RegisterFirst({ card, onSignIn }: { card: ConferenceCard; onSignIn?: () => void }) {
  const { t } = useTranslation();
  return (
    <div className={styles.stack} data-testid="register-first">
      <Text fw={600}>{t('error.registrationNeeded.title')}</Text>
      <Text size="sm">{t('error.registrationNeeded.text')}</Text>
      <Button className={styles.go} onClick={() => navigate(registerPath(card.id))} data-testid="to-register">{t('join.register')}</Button>
      {onSignIn && (
        <Anchor component="button" type="button" className={styles.switch} onClick={onSignIn} data-testid="show-sign-in">{t('join.haveAccount')}</Anchor>
      )}
    </div>
  );
}

function Refusal({ card, join, showsPin, onSignIn }: { card: ConferenceCard; join: Join; showsPin: boolean; onSignIn?: () => void }) {
  const { t } = useTranslation();
  const language = useRegional();
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
  const way = shown ? wayOn(shown) : 'none';
  return (
    <div role="alert" className={styles.alert} data-testid="join-error" data-reason={shown ?? ''}>
      {shown && (
        <Alert color="red" variant="light" title={t(`error.${knownReason(shown)}.title`)}>
          <Text size="sm">{t(`error.${knownReason(shown)}.text`, { time: timeOfDay(join.retryAt + 59, language) })}</Text>
          {way === 'signIn' && onSignIn && <Button variant="default" size="sm" mt="xs" onClick={onSignIn}>{t('signIn.do')}</Button>}
          {way === 'register' && <Button variant="default" size="sm" mt="xs" onClick={() => navigate(registerPath(card.id))}>{t('join.register')}</Button>}
          {way === 'home' && <Button variant="default" size="sm" mt="xs" onClick={() => navigate('/')}>{t('error.home')}</Button>}
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
  const word = running ? t('join.do') : card.may_start ? t('join.start') : t('join.whenStarts');
  return (
    <>
      {!running && card.is_mine && !card.may_start && <Text size="sm" c="dimmed" data-testid="may-not-start">{t('join.mayNotStart')}</Text>}
      <Button type="submit" className={styles.go} loading={join.busy} data-testid="join">{word}</Button>
    </>
  );
}
