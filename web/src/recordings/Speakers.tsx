/** The sound of each speaker as a file of its own, where the server writes them: for transcripts. */
import { Anchor, Button, Text, Title } from '@mantine/core';
import { Download, Play } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { RecordingPlay } from '../shared/api.types';
import { useRegional } from '../shared/hooks';
import lists from '../shared/Lists.module.css';
import { clock } from '../shared/time';
import styles from './Recordings.module.css';
import { bytes, here } from './rules';

/** `onGo` plays the recording from a moment on, in seconds. */
export function Speakers({ recording, onGo }: { recording: RecordingPlay; onGo: (at: number) => void }) {
  const { t } = useTranslation();
  const language = useRegional();
  return (
    <section aria-label={t('recordings.speakers.title')} data-testid="speakers">
      <div className={styles.heading}>
        <Title order={2}>{t('recordings.speakers.title')}</Title>
        {recording.speakers_url && <Anchor href={here(recording.speakers_url)} download="speakers.json" data-testid="speakers-list">{t('recordings.speakers.list')}</Anchor>}
      </div>
      <ul className={lists.list}>
        {recording.speakers.map((one) => (
          <li key={one.call_id} className={lists.row} data-testid="speaker">
            <div className={lists.grow}>
              <Text fw={600} className={lists.topic} title={one.call_id}>{one.name}</Text>
              <Text size="sm" c="dimmed" component="p">{[clock(one.duration), bytes(one.size, language)].join(' · ')}</Text>
            </div>
            <div className={styles.buttons}>
              <Button variant="subtle" leftSection={<Play size={16} aria-hidden />} onClick={() => onGo(one.start)} data-testid="speaker-play">
                {t('recordings.speakers.from', { time: clock(one.start) })}
              </Button>
              <Button component="a" href={here(one.download_url)} download variant="default" leftSection={<Download size={16} aria-hidden />} aria-label={`${t('recordings.download')}: ${one.name}`} data-testid="speaker-download">
                {t('recordings.download')}
              </Button>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
