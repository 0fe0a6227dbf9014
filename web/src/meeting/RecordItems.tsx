/** The recording in the "more" menu: begin, pause, go on, end; for who may. */
import { Menu } from '@mantine/core';
import { CircleDot, CirclePause, CirclePlay, CircleStop, type LucideIcon } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { MeetingState } from '../shared/api.types';
import { useAct, useMeetingState } from './useMeetingState';

type Wanted = 'on' | 'paused' | 'off';

/** What the menu offers while a recording is in a state. */
const OFFERS: Record<MeetingState['recording'], readonly [Wanted, LucideIcon, 'start' | 'pause' | 'goOn' | 'stop'][]> = {
  off: [['on', CircleDot, 'start']],
  starting: [['off', CircleStop, 'stop']],
  waiting: [['off', CircleStop, 'stop']],
  interrupted: [['off', CircleStop, 'stop']],
  on: [['paused', CirclePause, 'pause'], ['off', CircleStop, 'stop']],
  paused: [['on', CirclePlay, 'goOn'], ['off', CircleStop, 'stop']],
};

export function RecordItems() {
  const { t } = useTranslation();
  const { recording, may_record: mayRecord } = useMeetingState();
  const act = useAct();
  if (!mayRecord) return null;
  return OFFERS[recording].map(([wanted, Icon, word]) => (
    <Menu.Item key={word} leftSection={<Icon size={16} aria-hidden />} onClick={() => void act((api) => api.record(wanted))} data-testid={`record-${word}`}>
      {t(`record.${word}`)}
    </Menu.Item>
  ));
}
