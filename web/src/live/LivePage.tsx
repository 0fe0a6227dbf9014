/** `/c/{id}/live`: a running meeting, for people who only want to watch. */
import { Button, Skeleton, Text, Title } from '@mantine/core';
import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LiveView } from '../shared/api.types';
import { useLate, useRegional } from '../shared/hooks';
import { Page } from '../shared/Page';
import { joinPath, navigate } from '../shared/routes';
import { moment } from '../shared/time';
import { LivePlayer } from './LivePlayer';
import styles from './Live.module.css';
import { here, mayJoin, type Phase, reasonWords } from './rules';
import './texts';
import { useLiveView } from './useLiveView';

/** How long pictures that are on the way are still shown when the meeting is over, milliseconds. */
const LAST_PICTURES = 10_000;

export default function LivePage({ id }: { id: string }) {
  const { t } = useTranslation();
  const { phase, view, reason, askNow } = useLiveView(id);
  const late = useLate(phase === 'loading');
  const { address, onEnded } = useStream(phase, view);
  const topic = view?.topic ?? '';
  return (
    <Page title={topic || t('live.title')}>
      <section className={styles.watch}>
        {late && <div role="status" aria-label={t('page.loading')}><Skeleton className={styles.screen} /><Skeleton height={28} width="60%" mt={16} /></div>}
        {phase === 'refused' && <Refused id={id} reason={reason ?? 'unknown'} />}
        {address && <LivePlayer topic={topic} address={address} onBroken={askNow} onEnded={onEnded} />}
        {!address && view && phase !== 'refused' && <Still phase={phase} view={view} />}
        {view && phase !== 'refused' && <Under id={id} topic={topic} phase={phase} />}
      </section>
    </Page>
  );
}

/** The address that is played: of what is on, and for a while of what has just ended or was broken off. */
function useStream(phase: Phase, view: LiveView | undefined): { address: string | null; onEnded: () => void } {
  const [address, setAddress] = useState<string | null>(null);
  const offered = phase === 'on' && view?.play_url ? here(view.play_url) : null;
  const over = phase === 'over' || phase === 'busy' || phase === 'refused';
  useEffect(() => {
    if (offered) setAddress(offered);
  }, [offered]);
  useEffect(() => {
    if (!over) return;
    const timer = setTimeout(() => setAddress(null), LAST_PICTURES);
    return () => clearTimeout(timer);
  }, [over]);
  const onEnded = useCallback(() => setAddress(null), []);
  return { address: phase === 'refused' ? null : address, onEnded };
}

/** What stands where the picture will be, or was. */
function Still({ phase, view }: { phase: Phase; view: LiveView }) {
  const { t } = useTranslation();
  const language = useRegional();
  const word = phase === 'over' || phase === 'waiting' || phase === 'busy' ? phase : 'starting';
  return (
    <div className={styles.screen} data-testid={`live-${word}`}>
      <div className={styles.still} role="status">
        <p className={styles.word}>{t(`live.${word}`)}</p>
        {word === 'waiting' && <p>{view.next_start === null ? t('live.byItself') : t('live.from', { time: moment(view.next_start, language) })}</p>}
        {word === 'busy' && <p>{t('live.whenFree')}</p>}
        {word === 'over' && <p>{t('live.thanks')}</p>}
      </div>
    </div>
  );
}

function Under({ id, topic, phase }: { id: string; topic: string; phase: Phase }) {
  const { t } = useTranslation();
  return (
    <div className={styles.under}>
      <div className={styles.grow}>
        <Title order={1} className={styles.topic} data-testid="topic">{topic}</Title>
        {phase !== 'over' && <Text size="sm" c="dimmed" component="p">{t('live.onlyWatching')}</Text>}
      </div>
      {phase !== 'over' && <JoinButton id={id} />}
    </div>
  );
}

function Refused({ id, reason }: { id: string; reason: string }) {
  const { t } = useTranslation();
  const words = reasonWords(reason);
  return (
    <section className={styles.problem} role="alert" data-testid="problem" data-reason={reason}>
      <Title order={1}>{t(`live.refused.${words}.title`)}</Title>
      <Text>{t(`live.refused.${words}.text`)}</Text>
      {mayJoin(reason) ? <JoinButton id={id} word="toConference" /> : <Button onClick={() => navigate('/')}>{t('error.home')}</Button>}
    </section>
  );
}

function JoinButton({ id, word = 'join' }: { id: string; word?: 'join' | 'toConference' }) {
  const { t } = useTranslation();
  const go = (event: React.MouseEvent) => {
    if (event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    navigate(joinPath(id));
  };
  return (
    <Button component="a" href={joinPath(id)} variant={word === 'join' ? 'default' : 'filled'} onClick={go} data-testid="live-join">
      {word === 'join' ? t('live.join') : t('live.toConference')}
    </Button>
  );
}
