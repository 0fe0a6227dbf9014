/** One contact: picture with presence, name, how the person is, and a way to call. */
import { useTranslation } from 'react-i18next';
import type { ReactNode } from 'react';
import type { ContactCard } from '../shared/api.types';
import { Avatar } from '../shared/Avatar';
import styles from './Contacts.module.css';
import './texts';

const WORDS: Record<number, string> = { 0: 'offline', 1: 'online', 2: 'busy', 5: 'busy' };

export function ContactRow({ contact, children }: { contact: ContactCard; children?: ReactNode }) {
  const { t } = useTranslation();
  const word = contact.user_id === null ? 'elsewhere' : (WORDS[contact.status] ?? 'offline');
  return (
    <li className={styles.row} data-testid="contact" data-contact={contact.id} data-status={word}>
      <span className={styles.face}>
        <Avatar id={contact.user_id ?? contact.id} name={contact.display_name} url={contact.avatar} />
        {(word === 'online' || word === 'busy') && <span className={styles.dot} data-status={word} aria-hidden />}
      </span>
      <span className={styles.words}>
        <span className={styles.name}>{contact.display_name}</span>
        <span className={styles.status}>{t(`contacts.${word}`)}</span>
      </span>
      {children}
    </li>
  );
}
