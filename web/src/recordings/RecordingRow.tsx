/** One recording in a list: what, when, how long, and its buttons. */
import { Button, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Download, Play } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { api } from '../shared/api';
import type { RecordingCard } from '../shared/api.types';
import { useRegional } from '../shared/hooks';
import { reasonOf } from '../shared/http';
import { navigate, recordingPath } from '../shared/routes';
import { clock, moment } from '../shared/time';
import lists from '../shared/Lists.module.css';
import { ProgressWords } from './ProgressWords';
import styles from './Recordings.module.css';
import { bytes, here, isThere, problemOf } from './rules';

export function RecordingRow({ card, owner, brief }: { card: RecordingCard; owner?: string; brief?: boolean }) {
  const { t } = useTranslation();
  const language = useRegional();
  const download = useMutation({
    // Its address is made when it is wanted: it opens the file for some minutes only.
    mutationFn: () => api.recording(card.id),
    onSuccess: ({ download_url: address }) => {
      if (address) location.assign(here(address));
    },
  });
  const facts = [
    moment(card.created_at, language),
    ...(card.seconds === null ? [] : [clock(card.seconds)]),
    ...(card.state === 'complete' ? [bytes(card.size, language)] : []),
    ...(owner ? [t('recordings.by', { owner })] : []),
  ];
  const play = (event: React.MouseEvent) => {
    if (event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    navigate(recordingPath(card.id));
  };
  return (
    <li className={lists.row} data-testid="recording" data-state={card.state}>
      <div className={lists.grow}>
        <Text fw={600} className={lists.topic} title={card.name}>{card.topic || card.name}</Text>
        <Text size="sm" c="dimmed" component="p">{facts.join(' · ')}</Text>
        {card.state === 'beingMade' && <Text size="sm" component="p"><ProgressWords progress={card.progress} /></Text>}
        {(card.state === 'deleted' || card.state === 'outOfReach') && <Text size="sm" c="dimmed" component="p">{t(`recordings.${card.state}`)}</Text>}
        <div role="alert">
          {download.isError && <Text size="sm" c="red" component="p">{t(`recordings.problem.${problemOf(reasonOf(download.error))}.text`)}</Text>}
        </div>
      </div>
      <div className={styles.buttons}>
        {card.state === 'complete' && !brief && (
          <Button variant="subtle" leftSection={<Download size={16} aria-hidden />} loading={download.isPending} onClick={() => download.mutate()} aria-label={`${t('recordings.download')}: ${card.topic}`} data-testid="download">
            {t('recordings.download')}
          </Button>
        )}
        {isThere(card.state) && (
          <Button component="a" href={recordingPath(card.id)} variant="default" leftSection={<Play size={16} aria-hidden />} onClick={play} aria-label={`${t('recordings.play')}: ${card.topic}`} data-testid="play">
            {t('recordings.play')}
          </Button>
        )}
      </div>
    </li>
  );
}
