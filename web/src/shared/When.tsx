/** When a conference takes place, as one short line. */
import { useTranslation } from 'react-i18next';
import type { ConferenceCard } from './api.types';
import { useRegional } from './hooks';
import { whenParts } from './time';

export function useWhen(card: ConferenceCard): string {
  const { t } = useTranslation();
  const language = useRegional();
  if (card.finished) return t('when.finished');
  if (card.next_start === null) return t('when.none');
  const parts = whenParts(card.next_start, card.server_time, language);
  if (parts.day === 'today') return t('when.today', { time: parts.time });
  if (parts.day === 'tomorrow') return t('when.tomorrow', { time: parts.time });
  return t('when.later', { date: parts.date, time: parts.time });
}
