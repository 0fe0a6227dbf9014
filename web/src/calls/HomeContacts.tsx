/** The home page's contacts: who is there, and one press to call. */
import { ActionIcon, Alert, Skeleton, TextInput, Title } from '@mantine/core';
import { Search, Video } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Me } from '../shared/api.types';
import { useLate } from '../shared/hooks';
import { ContactRow } from './ContactRow';
import styles from './Contacts.module.css';
import { canRing, inOrder, useFoundContacts } from './contacts';
import './texts';
import { useCall } from './useCall';

const SEARCH_FROM = 8;

export default function HomeContacts({ me }: { me: Me }) {
  const { t, i18n } = useTranslation();
  const [wanted, setWanted] = useState('');
  const { all, more, pending, looking, shown } = useFoundContacts(wanted);
  const late = useLate(pending);
  const call = useCall();
  const mayCall = me.rights.includes('make_calls');
  return (
    <section aria-labelledby="contacts-title" data-testid="contacts">
      <Title order={2} id="contacts-title" mt="xl" mb="sm">{t('contacts.title')}</Title>
      {!mayCall && <p className={styles.note}>{t('contacts.noRight')}</p>}
      <div role="alert">
        {call.failed && <Alert color="red" variant="light" mb="sm" data-testid="call-failed">{t(`contacts.failed.${call.failed}`)}</Alert>}
      </div>
      {late && [0, 1, 2].map((row) => <Skeleton key={row} height={56} radius="lg" mb={8} />)}
      {all?.length === 0 && <p className={styles.none} data-testid="no-contacts">{t('contacts.none')}</p>}
      {all && all.length >= SEARCH_FROM && (
        <TextInput mb="sm" placeholder={t('contacts.search')} aria-label={t('contacts.search')} leftSection={<Search size={16} aria-hidden />} value={wanted} onChange={(event) => setWanted(event.currentTarget.value)} />
      )}
      {shown.length > 0 && (
        <ul className={styles.list}>
          {inOrder(shown, i18n.language).map((one) => (
            <ContactRow key={one.id} contact={one}>
              {mayCall && canRing(one) && (
                <ActionIcon variant="light" size={44} radius="xl" loading={call.calling === one.user_id} disabled={call.calling !== null && call.calling !== one.user_id} onClick={() => call.press(one.user_id ?? one.id)} aria-label={t('contacts.call', { name: one.display_name })} data-testid="call-contact">
                  <Video size={20} aria-hidden />
                </ActionIcon>
              )}
            </ContactRow>
          ))}
        </ul>
      )}
      {wanted.trim() !== '' && shown.length === 0 && !looking && <p className={styles.none}>{t('contacts.noneFound')}</p>}
      {more && wanted.trim() === '' && <p className={styles.more}>{t('contacts.more', { count: all?.length ?? 0 })}</p>}
    </section>
  );
}
