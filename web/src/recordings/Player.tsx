/** A recording on the screen: the picture, its parts, speed and download. */
import { Alert, Button, NativeSelect, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Download, SkipForward } from 'lucide-react';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RecordingPlay } from '../shared/api.types';
import { useRegional } from '../shared/hooks';
import { send } from '../shared/http';
import { clock, moment } from '../shared/time';
import lists from '../shared/Lists.module.css';
import styles from './Recordings.module.css';
import { ProgressWords } from './ProgressWords';
import { bytes, grows, here, otherSpeed, speeds } from './rules';
import { Speakers } from './Speakers';
import { useKeys } from './useKeys';
import { usePlayback } from './usePlayback';

interface About {
  seconds: number;
  chapters: number[];
  complete: boolean;
}

export function Player({ recording }: { recording: RecordingPlay }) {
  const { t } = useTranslation();
  const language = useRegional();
  const about = useAbout(recording);
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
        <div className={styles.screen} data-testid="beginning"><p role="status">{about ? t('recordings.beginning') : ''}</p></div>
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
      <Text size="sm" c="dimmed" component="p" className={styles.keys}>{t('recordings.keys')}</Text>
      {recording.speakers.length > 0 && <Speakers recording={recording} onGo={(at) => go(video, at)} />}
    </>
  );
}

/** How long it is by now and where its parts begin. */
function useAbout(recording: RecordingPlay): About | undefined {
  const making = recording.state === 'beingMade';
  const address = recording.about_url;
  const { data } = useQuery({
    queryKey: ['recording-about', recording.id, making],
    queryFn: ({ signal }) => send<About>(here(address ?? ''), { signal }),
    enabled: address !== null,
    refetchInterval: ({ state }) => (making || !state.data ? 2_000 : false),
    retry: true,
    retryDelay: 2_000,
    placeholderData: (before) => before,
  });
  return data;
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
  const state = usePlayback(video, address);
  const onSpeed = useCallback((direction: 1 | -1) => setSpeed((now) => otherSpeed(now, direction)), [setSpeed]);
  useKeys(video, onSpeed);
  return (
    <>
      {/* oxlint-disable-next-line jsx-a11y/media-has-caption -- nobody has written down what was said */}
      <video ref={video} className={styles.screen} controls playsInline preload="auto" aria-label={t('recordings.player', { topic: recording.topic })} data-testid="player" data-state={state} />
      <div role="alert">
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
