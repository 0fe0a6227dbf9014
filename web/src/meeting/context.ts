/** What every part of the meeting's screen may need. */
import { createContext, useContext } from 'react';
import type { Participation, Rights } from '../shared/api.types';
import type { MeetingConnection } from './connection';

export type Panel = 'people' | 'chat' | 'host' | null;
export type Layout = 'grid' | 'speaker';

export type Dialog = 'shortcuts' | 'devices' | 'addPeople' | 'code' | null;

export interface MeetingScreen {
  connection: MeetingConnection;
  participation: Participation;
  rights: Rights;
  frozen: boolean;
  panel: Panel;
  setPanel: (panel: Panel) => void;
  layout: Layout;
  setLayout: (layout: Layout) => void;
  /** The tile that a click has put on the stage: participant id and source. */
  pinned: string | null;
  setPinned: (pinned: string | null) => void;
  dialog: Dialog;
  setDialog: (dialog: Dialog) => void;
}

export const MeetingContext = createContext<MeetingScreen | null>(null);

export function useMeeting(): MeetingScreen {
  const screen = useContext(MeetingContext);
  if (!screen) throw new Error('outside of a meeting');
  return screen;
}
