/** Who is here: before the door, with a raised hand in order, then oneself, hosts, and everybody by name. */
import { TextInput } from '@mantine/core';
import type { Participant } from 'livekit-client';
import { Hand, Mic, MicOff, MonitorUp, Search, Video, VideoOff } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Avatar } from '../shared/Avatar';
import { useMeeting } from './context';
import { HOST, offers } from './moderation';
import { isOwner, nameOf, roleOf } from './people';
import { PersonMenu } from './PersonMenu';
import { RemoveDialog } from './RemoveDialog';
import styles from './SidePanel.module.css';
import { useAct, useHands, useMeetingState } from './useMeetingState';
import { WaitingRoom } from './WaitingRoom';
import { usePeople } from './usePeople';

const SEARCH_FROM = 8;

export function PeopleList() {
  const { t, i18n } = useTranslation();
  const [wanted, setWanted] = useState('');
  const [removing, setRemoving] = useState<{ id: string; name: string } | null>(null);
  const everybody = usePeople();
  const hands = useHands();
  const needle = wanted.trim().toLocaleLowerCase();
  const weight = (one: Participant) => (one.isLocal ? 0 : isOwner(one) ? 1 : roleOf(one) === '2' ? 2 : 3);
  const people = everybody
    .filter((one) => nameOf(one).toLocaleLowerCase().includes(needle))
    .toSorted((a, b) => weight(a) - weight(b) || nameOf(a).localeCompare(nameOf(b), i18n.language));
  const asking = hands.flatMap((id) => people.find((one) => one.identity === id) ?? []);
  const others = people.filter((one) => !hands.includes(one.identity));
  const onRemove = (one: Participant) => setRemoving({ id: one.identity, name: nameOf(one) });
  return (
    <>
      {everybody.length >= SEARCH_FROM && (
        <TextInput className={styles.search} size="sm" placeholder={t('meeting.search')} aria-label={t('meeting.search')} leftSection={<Search size={16} aria-hidden />} value={wanted} onChange={(event) => setWanted(event.currentTarget.value)} />
      )}
      <div className={styles.scroll}>
        <WaitingRoom />
        {asking.length > 0 && (
          <section className={styles.group} aria-label={t('hand.title')} data-testid="hands">
            <div className={styles.groupHead}><h3 className={styles.groupTitle}>{t('hand.title')}</h3></div>
            <ol className={styles.people}>
              {asking.map((one) => <Person key={one.identity} person={one} place={hands.indexOf(one.identity) + 1} onRemove={() => onRemove(one)} />)}
            </ol>
          </section>
        )}
        <ul className={styles.people} data-testid="people">
          {others.map((one) => <Person key={one.identity} person={one} onRemove={() => onRemove(one)} />)}
        </ul>
        {people.length === 0 && <p className={styles.empty}>{t('meeting.noneFound')}</p>}
      </div>
      <RemoveDialog person={removing} onClose={() => setRemoving(null)} />
    </>
  );
}

interface PersonProps {
  person: Participant;
  /** In the order of hands, from 1; absent without a raised hand. */
  place?: number;
  onRemove: () => void;
}

function Person({ person, place, onRemove }: PersonProps) {
  const { t } = useTranslation();
  const { participation } = useMeeting();
  const state = useMeetingState();
  const name = nameOf(person);
  const role = isOwner(person) ? t('meeting.role.owner') : roleWord(roleOf(person), t);
  const offered = offers(
    participation,
    { role: roleOf(person), isOwner: isOwner(person), isLocal: person.isLocal, microphone: person.isMicrophoneEnabled, camera: person.isCameraEnabled, screen: person.isScreenShareEnabled },
    state,
  );
  return (
    <li className={styles.person} data-testid="person" data-participant={person.identity}>
      <Avatar id={person.identity} name={name} />
      <span className={styles.who}>
        {person.isLocal ? t('meeting.you', { name }) : name}
        {role && <span className={styles.role}>{role}</span>}
      </span>
      <Devices person={person} />
      {place !== undefined && <span className={styles.hand} role="img" aria-label={t('hand.raised', { place })}><Hand size={16} aria-hidden />{place}</span>}
      <PersonMenu id={person.identity} name={name} offers={offered} onRemove={onRemove} />
      {place !== undefined && participation.role === HOST && !person.isLocal && <HandAnswers person={person} name={name} />}
    </li>
  );
}

/** A host answers a raised hand: with the podium where there is one, or by lowering it. */
function HandAnswers({ person, name }: { person: Participant; name: string }) {
  const { t } = useTranslation();
  const { mode, podium } = useMeetingState();
  const act = useAct();
  const full = podium.taken.length >= podium.places;
  return (
    <span className={styles.answers}>
      <button type="button" className={styles.do} onClick={() => void act((api) => api.lowerHand(person.identity))} aria-label={t('hand.lowerName', { name })} data-testid="lower-hand">{t('hand.lowerShort')}</button>
      {mode === 3 && (
        <button type="button" className={styles.do} data-tone="accent" disabled={full} title={full ? t('host.podiumFull') : undefined} onClick={() => void act((api) => api.inviteToPodium(person.identity))} aria-label={t('hand.letSpeakName', { name })} data-testid="let-speak">{t('hand.letSpeak')}</button>
      )}
    </span>
  );
}

function Devices({ person }: { person: Participant }) {
  const { t } = useTranslation();
  // Of somebody who sends nothing there is nothing to tell.
  if (roleOf(person) === '1' && person.trackPublications.size === 0) return null;
  return (
    <span className={styles.state}>
      {person.isScreenShareEnabled && <MonitorUp size={16} role="img" aria-label={t('meeting.shares')} />}
      {person.isCameraEnabled ? <Video size={16} role="img" aria-label={t('meeting.cameraIsOn')} /> : <VideoOff size={16} role="img" aria-label={t('meeting.cameraIsOff')} />}
      {person.isMicrophoneEnabled ? <Mic size={16} role="img" aria-label={t('meeting.micOn')} /> : <MicOff size={16} role="img" aria-label={t('meeting.micOff')} />}
    </span>
  );
}

function roleWord(role: string, t: (key: string) => string): string | null {
  if (role === '2') return t('meeting.role.host');
  if (role === '3' || role === '4') return t('meeting.role.speaker');
  if (role === '5') return t('meeting.role.remark');
  if (role === '1') return t('meeting.role.listener');
  return null;
}
