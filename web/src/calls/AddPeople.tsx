/** For hosts: rings people out of one's contacts into the meeting. */
import { Button, Modal, Skeleton, TextInput } from '@mantine/core';
import { Search, UserPlus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useParticipants } from '@livekit/components-react';
import { useMeeting } from '../meeting/context';
import { sessionApi } from '../shared/api';
import { useLate, useMe } from '../shared/hooks';
import { ContactRow } from './ContactRow';
import styles from './Contacts.module.css';
import { canRing, inOrder, useFoundContacts } from './contacts';
import './texts';

const HOST = 2;
const SEARCH_FROM = 8;

/** Whether this participant is offered to call people: a host with an account. */
export function useMayAdd(): boolean {
  const { participation } = useMeeting();
  const { signedIn } = useMe();
  return participation.role === HOST && signedIn;
}

/** The button over the list of people. */
export function AddPeopleButton() {
  const { t } = useTranslation();
  const { setDialog } = useMeeting();
  if (!useMayAdd()) return null;
  return (
    <button type="button" className={styles.add} onClick={() => setDialog('addPeople')} data-testid="add-people">
      <UserPlus size={16} aria-hidden /> {t('calls.add')}
    </button>
  );
}

export function AddPeopleDialog() {
  const { t } = useTranslation();
  const { dialog, setDialog } = useMeeting();
  return (
    <Modal opened={dialog === 'addPeople'} onClose={() => setDialog(null)} title={t('calls.add')} closeButtonProps={{ 'aria-label': t('meeting.close') }}>
      <Choice />
    </Modal>
  );
}

function Choice() {
  const { t, i18n } = useTranslation();
  const { participation } = useMeeting();
  const { me } = useMe();
  const [wanted, setWanted] = useState('');
  const { all, more, pending, looking, shown: found } = useFoundContacts(wanted);
  const late = useLate(pending);
  const [rung, setRung] = useState<ReadonlySet<string>>(new Set());
  const here = new Set(useParticipants().map((one) => one.identity.split('@')[0]));
  const mayCall = me?.rights.includes('make_calls') ?? true;
  const shown = inOrder(found, i18n.language).filter((one) => one.user_id !== null);
  const ring = (id: string) => {
    setRung((before) => new Set(before).add(id));
    const again = () => setRung((before) => new Set([...before].filter((one) => one !== id)));
    // What comes of it is shown over the stage; after a while the person may be called once more.
    void sessionApi(participation).call([id]).then(() => setTimeout(again, 30_000), again);
  };
  return (
    <div data-testid="add-people-list">
      {!mayCall && <p className={styles.note}>{t('contacts.noRight')}</p>}
      {(all?.length ?? 0) >= SEARCH_FROM && (
        <TextInput mb="sm" placeholder={t('contacts.search')} aria-label={t('contacts.search')} leftSection={<Search size={16} aria-hidden />} value={wanted} onChange={(event) => setWanted(event.currentTarget.value)} />
      )}
      {late && [0, 1, 2].map((row) => <Skeleton key={row} height={56} radius="lg" mb={8} />)}
      {all && shown.length === 0 && !looking && <p className={styles.none}>{wanted.trim() ? t('contacts.noneFound') : t('contacts.none')}</p>}
      <ul className={styles.plain}>
        {shown.map((one) => {
          const id = one.user_id ?? one.id;
          return (
            <ContactRow key={one.id} contact={one}>
              {here.has(id) ? (
                <span className={styles.status}>{t('calls.here')}</span>
              ) : (
                mayCall && canRing(one) && (
                  <Button size="sm" variant="light" disabled={rung.has(id)} onClick={() => ring(id)} aria-label={t('contacts.call', { name: one.display_name })} data-testid="ring-contact">
                    {rung.has(id) ? t('calls.ringing') : t('calls.ring')}
                  </Button>
                )
              )}
            </ContactRow>
          );
        })}
      </ul>
      {more && wanted.trim() === '' && <p className={styles.more}>{t('contacts.more', { count: all?.length ?? 0 })}</p>}
    </div>
  );
}
