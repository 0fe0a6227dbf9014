/** People, chat and the host's tools, beside the stage on wide screens and over it on narrow ones. */
import { X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { AddPeopleButton } from '../calls/AddPeople';
import { ChatPanel } from './ChatPanel';
import { useMeeting } from './context';
import { HostTools } from './HostTools';
import { HOST } from './moderation';
import { PeopleList } from './PeopleList';
import styles from './SidePanel.module.css';

const titles = { people: 'meeting.peopleTitle', chat: 'meeting.chat', host: 'host.title' } as const;

export function SidePanel() {
  const { t } = useTranslation();
  const { panel, setPanel, participation } = useMeeting();
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    if (!panel) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && box.current?.contains(document.activeElement)) {
        setPanel(null);
        document.querySelector<HTMLElement>(`[data-testid="toggle-${panel}"]`)?.focus();
      }
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [panel, setPanel]);
  const isHost = participation.role === HOST;
  useEffect(() => {
    // The tools go with the role.
    if (panel === 'host' && !isHost) setPanel(null);
  }, [panel, isHost, setPanel]);
  if (!panel) return null;
  const title = t(titles[panel]);
  return (
    <section ref={box} className={styles.panel} aria-label={title} data-testid={`panel-${panel}`}>
      <header className={styles.header}>
        <h2 className={styles.title}>{title}</h2>
        <button type="button" className={styles.close} onClick={() => setPanel(null)} aria-label={t('meeting.close')}>
          <X size={20} aria-hidden />
        </button>
      </header>
      {panel === 'people' && <AddPeopleButton />}
      {panel === 'chat' && <ChatPanel />}
      {panel === 'people' && <PeopleList />}
      {panel === 'host' && isHost && <HostTools />}
    </section>
  );
}
