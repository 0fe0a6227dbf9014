/** Who is here: oneself first, then hosts, then by name. Hands and the waiting room will stand on top. */
import { useParticipants } from '@livekit/components-react';
import { TextInput } from '@mantine/core';
import type { Participant } from 'livekit-client';
import { Mic, MicOff, MonitorUp, Search, Video, VideoOff } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Avatar } from '../shared/Avatar';
import { isOwner, nameOf, roleOf } from './people';
import styles from './SidePanel.module.css';

const SEARCH_FROM = 8;

export function PeopleList() {
  const { t, i18n } = useTranslation();
  const [wanted, setWanted] = useState('');
  const everybody = useParticipants();
  const needle = wanted.trim().toLocaleLowerCase();
  const weight = (one: Participant) => (one.isLocal ? 0 : isOwner(one) ? 1 : roleOf(one) === '2' ? 2 : 3);
  const people = everybody
    .filter((one) => nameOf(one).toLocaleLowerCase().includes(needle))
    .toSorted((a, b) => weight(a) - weight(b) || nameOf(a).localeCompare(nameOf(b), i18n.language));
  return (
    <>
      {everybody.length >= SEARCH_FROM && (
        <TextInput className={styles.search} size="sm" placeholder={t('meeting.search')} aria-label={t('meeting.search')} leftSection={<Search size={16} aria-hidden />} value={wanted} onChange={(event) => setWanted(event.currentTarget.value)} />
      )}
      <div className={styles.scroll}>
        <ul className={styles.people} data-testid="people">
          {people.map((one) => <Person key={one.identity} person={one} />)}
        </ul>
        {people.length === 0 && <p className={styles.empty}>{t('meeting.noneFound')}</p>}
      </div>
    </>
  );
}

function Person({ person }: { person: Participant }) {
  const { t } = useTranslation();
  const role = isOwner(person) ? t('meeting.role.owner') : roleWord(roleOf(person), t);
  return (
    <li className={styles.person} data-testid="person" data-participant={person.identity}>
      <Avatar id={person.identity} name={nameOf(person)} />
      <span className={styles.who}>
        {person.isLocal ? t('meeting.you', { name: nameOf(person) }) : nameOf(person)}
        {role && <span className={styles.role}>{role}</span>}
      </span>
      <span className={styles.state}>
        {person.isScreenShareEnabled && <MonitorUp size={16} role="img" aria-label={t('meeting.shares')} />}
        {person.isCameraEnabled ? <Video size={16} role="img" aria-label={t('meeting.cameraIsOn')} /> : <VideoOff size={16} role="img" aria-label={t('meeting.cameraIsOff')} />}
        {person.isMicrophoneEnabled ? <Mic size={16} role="img" aria-label={t('meeting.micOn')} /> : <MicOff size={16} role="img" aria-label={t('meeting.micOff')} />}
      </span>
    </li>
  );
}

function roleWord(role: string, t: (key: string) => string): string | null {
  if (role === '2') return t('meeting.role.host');
  if (role === '4') return t('meeting.role.speaker');
  if (role === '1') return t('meeting.role.listener');
  return null;
}
