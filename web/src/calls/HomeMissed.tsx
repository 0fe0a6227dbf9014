/** Who called in vain, at the top of the home page until it is put away. */
import { ActionIcon, Alert, Button, Text, Title } from '@mantine/core';
import { Phone, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Me } from '../shared/api.types';
import { Avatar } from '../shared/Avatar';
import { useRegional, useServerNow } from '../shared/hooks';
import lists from '../shared/Lists.module.css';
import { joinPath, navigate } from '../shared/routes';
import { whenParts } from '../shared/time';
import { type Note, useMissed } from './missed';
import styles from './Missed.module.css';
import './texts';
import { type Calling, useCall } from './useCall';

const SHOWN = 5;

export default function HomeMissed({ me }: { me: Me }) {
  const { t } = useTranslation();
  const { notes, putAway } = useMissed();
  const call = useCall();
  if (notes.length === 0) return null;
  return (
    <section aria-labelledby="missed-title" data-testid="missed-calls">
      <Title order={2} id="missed-title" mt="xl" mb="sm">{t('missed.title')}</Title>
      <div role="alert">
        {call.failed && <Alert color="red" variant="light" mb="sm" data-testid="call-back-failed">{t(`contacts.failed.${call.failed}`)}</Alert>}
      </div>
      <ul className={lists.list}>
        {notes.slice(0, SHOWN).map((note) => (
          <Row key={note.newest.call_id} note={note} call={me.rights.includes('make_calls') ? call : null} putAway={() => putAway(note)} />
        ))}
      </ul>
    </section>
  );
}

/** `call` null: this person may call nobody. */
function Row({ note, call, putAway }: { note: Note; call: Calling | null; putAway: () => void }) {
  const { t } = useTranslation();
  const when = useMoment(note.newest.called_at);
  const { caller, topic, opens, runs, conference_id: conference, is_known: known } = note.newest;
  const count = note.ids.length;
  return (
    <li className={lists.row} data-testid="missed-call">
      <Avatar id={caller.id} name={caller.display_name} url={caller.avatar} />
      <div className={`${lists.grow} ${styles.words}`}>
        <Text fw={600} className={lists.topic}>{t(opens ? 'missed.callsYou' : 'missed.calls', { name: caller.display_name, topic })}</Text>
        <Text size="sm" c="dimmed" component="p">{count > 1 ? `${when} · ${t('missed.times', { count })}` : when}</Text>
      </div>
      {runs ? (
        <Button className={styles.act} onClick={() => navigate(joinPath(conference))} aria-label={t('missed.joinName', { topic })} data-testid="missed-join">{t('missed.join')}</Button>
      ) : (
        call &&
        known && (
          <Button className={styles.act} variant="default" leftSection={<Phone size={16} aria-hidden />} loading={call.calling === caller.id} onClick={() => call.press(caller.id)} aria-label={t('contacts.call', { name: caller.display_name })} data-testid="call-back">
            {t('missed.back')}
          </Button>
        )
      )}
      <ActionIcon variant="subtle" color="gray" size={44} radius="xl" onClick={putAway} aria-label={t('missed.dismiss', { name: caller.display_name })} data-testid="put-away">
        <X size={20} aria-hidden />
      </ActionIcon>
    </li>
  );
}

/** "Today at 12:05", or the date too. */
function useMoment(instant: number): string {
  const { t } = useTranslation();
  const parts = whenParts(instant, useServerNow(undefined, false), useRegional());
  return parts.day === 'today' ? t('missed.today', { time: parts.time }) : t('when.later', { date: parts.date, time: parts.time });
}
