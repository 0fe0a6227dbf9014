/** A recording on the screen: the picture, its parts, speed and download. */
import { Alert, Button, NativeSelect, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Download, SkipForward } from 'lucide-react';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RecordingPlay } from '../shared/api.types';
import { useLate, useRegional } from '../shared/hooks';
import { reasonOf, send } from '../shared/http';
import { clock, moment } from '../shared/time';
import lists from '../shared/Lists.module.css';
import styles from './Recordings.module.css';
import { ProgressWords } from './ProgressWords';
import { bytes, firstLook, grows, here, otherSpeed, passes, problemOf, speeds } from './rules';
import { Speakers } from './Speakers';
import { useKeys } from './useKeys';
import { usePlayback } from './usePlayback';

interface About {
  seconds: number;
  chapters: number[];
  complete: boolean;
}

/** After which time it is said that a recording is on its way, milliseconds. */
const FETCHED_MS = 1000;

export function Player({ recording }: { recording: RecordingPlay }) {
  const { t } = useTranslation();
  const language = useRegional();
  const { about, problem } = useAbout(recording);
  const video = useRef<HTMLVideoElement>(null);
  const [speed, setSpeed] = useState(1);
  useEffect(() => {
    if (video.current) video.current.defaultPlaybackRate = video.current.playbackRate = speed;
  }, [speed]);
  const making = recording.state === 'beingMade';
  const seconds = making ? (about?.seconds ?? null) : (recording.seconds ?? about?.seconds ?? null);
  const facts = [moment(recording.created_at, language), ...(seconds === null ? [] : [clock(seconds)]), ...(making ? [] : [bytes(recording.size, language)])];
  return (
    <>
      {about && about.seconds > 0 && recording.play_url ? (
        <Screen recording={recording} address={here(recording.play_url)} about={about} video={video} speed={speed} setSpeed={setSpeed} />
      ) : (
        <Still making={making} problem={problem} isEmpty={about !== undefined} />
      )}
      <div className={styles.under}>
        <div className={`${lists.grow} ${styles.what}`}>
          <Title order={1} className={styles.name}>{recording.topic || recording.name}</Title>
          <Text size="sm" c="dimmed" component="p">
            {making && <ProgressWords progress={recording.progress} />}
            {making && ' · '}
            {facts.join(' · ')}
          </Text>
        </div>
        {recording.download_url ? (
          <Button component="a" href={here(recording.download_url)} download={recording.name} variant="default" leftSection={<Download size={16} aria-hidden />} data-testid="download">
            {t('recordings.download')}
          </Button>
        ) : (
          <Text size="sm" c="dimmed" className={styles.later}>{t('recordings.downloadLater')}</Text>
        )}
      </div>
      {about && <Text size="sm" c="dimmed" component="p" className={styles.keys}>{t('recordings.keys')}</Text>}
      {recording.speakers.length > 0 && <Speakers recording={recording} onGo={(at) => go(video, at)} />}
    </>
  );
}

/** What stands where the picture will be. */
function Still({ making, problem, isEmpty }: { making: boolean; problem: string | null; isEmpty: boolean }) {
  const { t } = useTranslation();
  const late = useLate(problem === null && !isEmpty, FETCHED_MS);
  // Of one that has only begun, nothing can be found yet.
  if (isEmpty || (making && problem === 'recordingNotFound')) {
    return <div className={styles.screen} data-testid="beginning"><div className={styles.still} role="status"><p>{t('recordings.beginning')}</p></div></div>;
  }
  return (
    <div className={styles.screen} data-testid={problem ? 'problem' : 'fetched'} data-reason={problem}>
      <div className={styles.still} role="status">
        {problem && <p className={styles.word}>{t(`recordings.problem.${problemOf(problem)}.title`)}</p>}
        {problem && <p>{t(passes(problem) ? 'recordings.byItself' : `recordings.problem.${problemOf(problem)}.text`)}</p>}
        {late && <p>{t('recordings.fetched')}</p>}
      </div>
    </div>
  );
}

/** How long it is by now and where its parts begin; or why that cannot be had. */
function useAbout(recording: RecordingPlay): { about: About | undefined; problem: string | null } {
  const making = recording.state === 'beingMade';
  // A try may come long after the first one, when the address has been renewed.
  const newest = useRef(recording.about_url);
  useEffect(() => {
    newest.current = recording.about_url;
  }, [recording.about_url]);
  const { data, failureReason } = useQuery({
    queryKey: ['recording-about', recording.id, making],
    queryFn: ({ signal }) => send<About>(here(newest.current ?? ''), { signal }),
    enabled: recording.about_url !== null,
    refetchInterval: making ? 2_000 : false,
    retry: (_times, error) => making || passes(reasonOf(error)),
    retryDelay: making ? 2_000 : 5_000,
    placeholderData: (before) => before,
  });
  return { about: data, problem: failureReason ? reasonOf(failureReason) : null };
}

type Video = React.RefObject<HTMLVideoElement | null>;

function go(video: Video, at: number): void {
  if (!video.current) return;
  video.current.currentTime = at;
  void video.current.play().catch(() => undefined);
}

interface ScreenProps {
  recording: RecordingPlay;
  address: string;
  about: About;
  video: Video;
  speed: number;
  setSpeed: React.Dispatch<React.SetStateAction<number>>;
}

function Screen({ recording, address, about, video, speed, setSpeed }: ScreenProps) {
  const { t } = useTranslation();
  const state = usePlayback(video, address, firstLook(about.seconds));
  const onSpeed = useCallback((direction: 1 | -1) => setSpeed((now) => otherSpeed(now, direction)), [setSpeed]);
  useKeys(video, onSpeed);
  return (
    <>
      {/* oxlint-disable-next-line jsx-a11y/media-has-caption -- nobody has written down what was said */}
      <video ref={video} className={styles.screen} controls playsInline preload="auto" aria-label={t('recordings.player', { topic: recording.topic })} data-testid="player" data-state={state} />
      <div role="alert">
        {state === 'away' && (
          <Alert color="gray" variant="light" mt="sm" title={t('recordings.problem.away.title')} data-testid="away">{t('recordings.byItself')}</Alert>
        )}
        {state === 'broken' && (
          <Alert color="red" variant="light" mt="sm" title={t('recordings.problem.media.title')} data-testid="broken">{t('recordings.problem.media.text')}</Alert>
        )}
      </div>
      <div className={styles.tools}>
        {about.chapters.length > 1 && (
          <nav className={styles.parts} aria-label={t('recordings.parts')}>
            {about.chapters.map((at, index) => (
              <Button key={at} size="sm" variant="subtle" onClick={() => go(video, at)} data-testid="part">
                {t('recordings.part', { number: index + 1, time: clock(at) })}
              </Button>
            ))}
          </nav>
        )}
        {!about.complete && grows(recording.progress) && (
          <Button size="sm" variant="subtle" leftSection={<SkipForward size={16} aria-hidden />} onClick={() => go(video, Math.max(0, about.seconds - 3))} data-testid="newest">
            {t('recordings.toNewest')}
          </Button>
        )}
        <label className={styles.speed}>
          <Text size="sm" c="dimmed" component="span">{t('recordings.speed')}</Text>
          <NativeSelect
            value={speed}
            onChange={(event) => setSpeed(Number(event.currentTarget.value))}
            data={speeds.map((one) => ({ value: String(one), label: one === 1 ? t('recordings.normal') : t('recordings.times', { speed: one }) }))}
            data-testid="speed"
          />
        </label>
      </div>
    </>
  );
}
