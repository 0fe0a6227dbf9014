/** The home page's contacts: who is there, and one press to call. */
import { ActionIcon, Alert, Skeleton, TextInput, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Search, Video } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../shared/api';
import type { ContactCard, Me } from '../shared/api.types';
import { readTaste } from '../shared/devices';
import { enterWith } from '../shared/handover';
import { useLate } from '../shared/hooks';
import { reasonOf } from '../shared/http';
import { meetingPath, navigate } from '../shared/routes';
import { ContactRow } from './ContactRow';
import styles from './Contacts.module.css';
import { canRing, inOrder, useContacts } from './contacts';

const SEARCH_FROM = 8;

export default function HomeContacts({ me }: { me: Me }) {
  const { t, i18n } = useTranslation();
  const list = useContacts(true);
  const late = useLate(list.isPending);
  const [wanted, setWanted] = useState('');
  const call = useCall();
  const mayCall = me.rights.includes('make_calls');
  const needle = wanted.trim().toLocaleLowerCase();
  const shown = inOrder(list.data ?? [], i18n.language).filter((one) => one.display_name.toLocaleLowerCase().includes(needle));
  return (
    <section aria-labelledby="contacts-title" data-testid="contacts">
      <Title order={2} id="contacts-title" mt="xl" mb="sm">{t('contacts.title')}</Title>
      {!mayCall && <p className={styles.note}>{t('contacts.noRight')}</p>}
      <div role="alert">
        {call.failed && <Alert color="red" variant="light" mb="sm" data-testid="call-failed">{t(`contacts.failed.${call.failed}`)}</Alert>}
      </div>
      {late && [0, 1, 2].map((row) => <Skeleton key={row} height={56} radius="lg" mb={8} />)}
      {list.data?.length === 0 && <p className={styles.none} data-testid="no-contacts">{t('contacts.none')}</p>}
      {list.data && list.data.length >= SEARCH_FROM && (
        <TextInput mb="sm" placeholder={t('contacts.search')} aria-label={t('contacts.search')} leftSection={<Search size={16} aria-hidden />} value={wanted} onChange={(event) => setWanted(event.currentTarget.value)} />
      )}
      {shown.length > 0 && (
        <ul className={styles.list}>
          {shown.map((one) => (
            <ContactRow key={one.id} contact={one}>
              {mayCall && canRing(one) && (
                <ActionIcon variant="light" size={44} radius="xl" loading={call.calling === one.id} disabled={call.calling !== null && call.calling !== one.id} onClick={() => call.press(one)} aria-label={t('contacts.call', { name: one.display_name })} data-testid="call-contact">
                  <Video size={20} aria-hidden />
                </ActionIcon>
              )}
            </ContactRow>
          ))}
        </ul>
      )}
      {needle && shown.length === 0 && <p className={styles.none}>{t('contacts.noneFound')}</p>}
    </section>
  );
}

/** Rings somebody and goes into the meeting that was made for it. */
function useCall() {
  const call = useMutation({
    mutationFn: (contact: ContactCard) => api.call([contact.user_id ?? contact.id]),
    onSuccess: ({ conference }) => {
      const { camera, microphone } = readTaste();
      enterWith(conference.id, { asGuest: false, camera, microphone });
      navigate(meetingPath(conference.id));
    },
  });
  const reason = call.isError ? reasonOf(call.error) : null;
  const known = ['participantIsUnavailable', 'forbidden', 'offline', 'ongoingConferencesLimit'];
  return {
    calling: call.isPending ? call.variables.id : null,
    failed: reason && (known.includes(reason) ? reason : 'unknown'),
    press: (contact: ContactCard) => call.mutate(contact),
  };
}
