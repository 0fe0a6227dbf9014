/** `/c/{id}`: what the conference is, a device check, who joins, and one button. */
import { Skeleton, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { MapPin } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { prepare } from '../meeting/prepare';
import { api } from '../shared/api';
import type { ConferenceCard } from '../shared/api.types';
import { Avatar } from '../shared/Avatar';
import { canMeet } from '../shared/devices';
import { type Handover, handOver, type Waiting } from '../shared/handover';
import { useLate, useRegional, useServerNow } from '../shared/hooks';
import { reasonOf } from '../shared/http';
import { Page } from '../shared/Page';
import { meetingPath, navigate } from '../shared/routes';
import { countdown } from '../shared/time';
import { useWhen } from '../shared/When';
import { DeviceCheck, DeviceMenus } from './DeviceCheck';
import styles from './JoinPage.module.css';
import { JoinForm } from './JoinForm';
import { personalLink } from './personal';
import { Preview } from './preview';
import { Problem } from './Problem';
import { ShareCode } from './ShareCode';
import { WatchLink } from './WatchLink';
import { readName } from './who';

interface Props {
  id: string;
  /** A place before the door, from a meeting page that was sent here to wait. */
  waiting?: Waiting;
  /** Where the meeting page shows this page inside itself, it takes the handover directly. */
  onJoined?: (handover: Handover) => void;
}

const goToMeeting = (handover: Handover) => {
  handOver(handover);
  navigate(meetingPath(handover.participation.conference_id));
};

export function JoinPage({ id, waiting, onJoined = goToMeeting }: Props) {
  const { t } = useTranslation();
  const card = useQuery({
    queryKey: ['conference', id],
    queryFn: ({ signal }) => api.conference(id, signal),
    refetchInterval: ({ state }) => (state.data?.state === 'stopped' && !state.data.finished ? 3000 : 20_000),
  });
  const late = useLate(card.isPending);
  const open = Boolean(card.data) && !card.data?.finished;
  usePreparedMeeting(open);

  if (card.isError && !card.data) {
    return (
      <Page title={t('join.title')}>
        <Problem reason={reasonOf(card.error)} onRetry={() => void card.refetch()} />
      </Page>
    );
  }
  if (card.data?.finished) {
    return (
      <Page title={card.data.topic}>
        <Problem reason="conferenceIsFinished" topic={card.data.topic} />
      </Page>
    );
  }
  return (
    <Page title={card.data?.topic ?? t('join.title')}>
      {canMeet() ? <Lobby id={id} card={card.data} late={late} waiting={waiting} onJoined={onJoined} refetch={card.refetch} /> : <Problem reason="notSupported" />}
    </Page>
  );
}

/** Loads the meeting's code while the person looks at the device check. */
function usePreparedMeeting(wanted: boolean): void {
  useEffect(() => {
    if (!wanted) return;
    const timer = setTimeout(() => void prepare(), 300);
    return () => clearTimeout(timer);
  }, [wanted]);
}

interface LobbyProps {
  id: string;
  card: ConferenceCard | undefined;
  late: boolean;
  waiting?: Waiting;
  onJoined: (handover: Handover) => void;
  refetch: () => Promise<unknown>;
}

function Lobby({ id, card, late, waiting, onJoined, refetch }: LobbyProps) {
  const [preview] = useState(() => new Preview());
  const [personal] = useState(() => personalLink(id));
  const [name, setName] = useState(() => waiting?.participation.display_name ?? personal?.name ?? readName());
  useEffect(() => {
    void preview.start();
    return () => preview.stop();
  }, [preview]);
  return (
    <div className={styles.columns}>
      <div className={styles.check}>
        <div className={styles.devices}>
          <DeviceCheck preview={preview} name={name} />
        </div>
        <div className={styles.menus}>
          <DeviceMenus preview={preview} />
        </div>
      </div>
      <div className={styles.about}>
        {card ? <About card={card} /> : <AboutSkeleton visible={late} />}
      </div>
      <div className={styles.form}>
        {card ? <JoinForm card={card} personal={personal} preview={preview} name={name} onName={setName} waiting={waiting} onJoined={onJoined} refetch={refetch} /> : <FormSkeleton visible={late} />}
      </div>
    </div>
  );
}

function About({ card }: { card: ConferenceCard }) {
  const { t } = useTranslation();
  return (
    <>
      <Title order={1} className={styles.topic} data-testid="topic">{card.topic}</Title>
      <div className={styles.owner}>
        <Avatar id={card.owner.id} name={card.owner.display_name} url={card.owner.avatar} size={28} />
        <Text size="sm" c="dimmed">{t('join.by', { name: card.owner.display_name })}</Text>
      </div>
      <StateLine card={card} />
      {card.meeting_room && (
        <p className={styles.room} data-testid="room">
          <MapPin size={16} aria-hidden /> {t('join.room', { room: card.meeting_room })}
        </p>
      )}
      {card.description && <Text size="sm" className={styles.description}>{card.description}</Text>}
      <ShareCode card={card} />
      <WatchLink card={card} />
    </>
  );
}

function StateLine({ card }: { card: ConferenceCard }) {
  const { t } = useTranslation();
  const language = useRegional();
  const waiting = card.state === 'stopped' && card.next_start !== null;
  const now = useServerNow(card.server_time, waiting);
  const when = useWhen(card);
  const left = card.next_start !== null ? countdown(card.next_start, now, language) : null;
  if (card.state === 'running') {
    const people = card.participant_count ?? 0;
    return (
      <p className={styles.state} data-testid="state">
        <span className={styles.live} aria-hidden /> {t('join.running')}
        {people > 0 && ` · ${t('home.people', { count: people })}`}
      </p>
    );
  }
  return (
    <p className={styles.state} data-testid="state">
      {card.next_start === null ? t('join.notStarted') : when}
      {left && <span className={styles.left}> · {left}</span>}
    </p>
  );
}

function AboutSkeleton({ visible }: { visible: boolean }) {
  return (
    <div className={styles.skeleton} data-visible={visible} aria-hidden>
      <Skeleton height={36} width="80%" radius="sm" />
      <Skeleton height={28} width="50%" radius="sm" mt={8} />
      <Skeleton height={24} width="60%" radius="sm" mt={8} />
    </div>
  );
}

function FormSkeleton({ visible }: { visible: boolean }) {
  return (
    <div className={styles.skeleton} data-visible={visible} aria-hidden>
      <Skeleton height={72} radius="md" />
      <Skeleton height={44} radius="md" mt={16} />
    </div>
  );
}
