/** The meeting on screen: stage, side panel, bar, sound and notices. */
import { RoomAudioRenderer, RoomContext } from '@livekit/components-react';
import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { AddPeopleDialog } from '../calls/AddPeople';
import { OutgoingCalls } from '../calls/OutgoingCalls';
import type { Participation } from '../shared/api.types';
import { useDarkStage } from '../shared/stage';
import type { MeetingConnection } from './connection';
import { type Layout, MeetingContext, type MeetingScreen, type Panel } from './context';
import { ControlBar } from './ControlBar';
import { CodeDialog, DevicesDialog, ShortcutsDialog } from './Dialogs';
import styles from './Live.module.css';
import { Notices } from './Notices';
import { PodiumDialog } from './PodiumDialog';
import { SidePanel } from './SidePanel';
import { Stage } from './Stage';
import { TopLine } from './TopLine';
import { useIdle } from './useIdle';

export function Live({ connection, participation }: { connection: MeetingConnection; participation: Participation }) {
  const { t } = useTranslation();
  useDarkStage();
  const [panel, setPanel] = useState<Panel>(null);
  const [layout, setLayout] = useState<Layout>('grid');
  const [pinned, setPinned] = useState<string | null>(null);
  const [dialog, setDialog] = useState<MeetingScreen['dialog']>(null);
  const idle = useIdle(4000);
  // Who waits must not be overlooked because the bar with the badge has gone.
  const wanted = useSyncExternalStore(connection.state.subscribe, () => connection.state.snapshot().waiting.length > 0);
  const frozen = connection.phase.kind === 'reconnecting';

  useEffect(() => {
    document.title = `${participation.topic} · Rostrum`;
  }, [participation.topic]);
  useEffect(() => connection.chat.look(panel === 'chat'), [connection, panel]);

  const screen = useMemo<MeetingScreen>(
    () => ({ connection, participation, rights: participation.rights, frozen, panel, setPanel, layout, setLayout, pinned, setPinned, dialog, setDialog }),
    [connection, participation, frozen, panel, layout, pinned, dialog],
  );
  return (
    <RoomContext.Provider value={connection.room}>
      <MeetingContext.Provider value={screen}>
        <main className={styles.meeting} data-idle={idle && !wanted} data-panel={panel ?? 'none'} data-testid="meeting" data-phase={connection.phase.kind}>
          <h1 className={styles.hidden}>{participation.topic}</h1>
          <div className={styles.body}>
            <section className={styles.stage} aria-label={t('meeting.stage')}>
              <TopLine />
              <Stage />
              <OutgoingCalls />
            </section>
            <SidePanel />
          </div>
          <ControlBar />
          <Notices />
          {/* Menus of lists that scroll open here: not cut off, and inside of the page's main part. */}
          <div id="float" />
          <RoomAudioRenderer />
          <ShortcutsDialog />
          <DevicesDialog />
          <CodeDialog />
          <AddPeopleDialog />
          <PodiumDialog />
        </main>
      </MeetingContext.Provider>
    </RoomContext.Provider>
  );
}
