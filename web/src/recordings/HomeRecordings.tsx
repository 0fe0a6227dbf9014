/** The newest recordings on the home page; nothing where there are none. */
import { Anchor, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '../shared/api';
import { navigate, recordingsPath } from '../shared/routes';
import lists from '../shared/Lists.module.css';
import { RecordingRow } from './RecordingRow';
import styles from './Recordings.module.css';
import './texts';

const SHOWN = 3;

export default function HomeRecordings() {
  const { t } = useTranslation();
  const list = useQuery({ queryKey: ['home-recordings'], queryFn: ({ signal }) => api.recordings(undefined, signal), refetchInterval: 30_000 });
  const found = (list.data?.recordings ?? []).filter((one) => one.state !== 'deleted');
  if (found.length === 0) return null;
  const all = (event: React.MouseEvent) => {
    if (event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    navigate(recordingsPath);
  };
  return (
    <section aria-labelledby="recordings-title" data-testid="home-recordings">
      <div className={styles.heading}>
        <Title order={2} id="recordings-title">{t('recordings.title')}</Title>
        <Anchor href={recordingsPath} onClick={all} data-testid="all-recordings">{t('recordings.all')}</Anchor>
      </div>
      <ul className={lists.list}>
        {found.slice(0, SHOWN).map((card) => <RecordingRow key={card.id} card={card} brief />)}
      </ul>
    </section>
  );
}
