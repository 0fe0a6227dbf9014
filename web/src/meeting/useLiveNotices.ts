/** Says that the meeting is being recorded, who waits, who raised a hand, what a host has switched off, and that the time runs out. */
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useMeeting } from './context';
import { HOST } from './moderation';
import { dismiss, notify } from './notices';
import { nameOf } from './people';
import { holdsSomething, recordingWord } from './recording';
import { useHands, useMeetingState } from './useMeetingState';
import { usePeople } from './usePeople';

/** What of `now` was not there before; nothing on the first look. */
function useFresh(now: readonly string[]): (look: (fresh: string[]) => void) => void {
  const known = useRef<ReadonlySet<string> | null>(null);
  return (look) => {
    const fresh = known.current ? now.filter((one) => !known.current?.has(one)) : [];
    known.current = new Set(now);
    if (fresh.length > 0) look(fresh);
  };
}

export function useLiveNotices(): void {
  const { t } = useTranslation();
  const { connection, participation, panel, setPanel } = useMeeting();
  useRecordingNotice();
  useWatchedNotice();
  useBroadcastNotice();
  useWaitingNotice();
  useHandNotice();

  useEffect(
    () =>
      connection.news.on((news) => {
        if (news.type === 'muted') notify({ key: 'by-host', text: t(`meeting.byHost.${news.source}`) });
        else {
          const text = t('meeting.expires', { count: Math.max(1, Math.round(news.seconds / 60)) });
          notify({ key: 'expires', text, onPress: participation.role === HOST && panel !== 'host' ? () => setPanel('host') : undefined });
        }
      }),
    [connection, participation.role, panel, setPanel, t],
  );
}

/** Nobody has to look at the top line to know it; whoever comes later is told too. */
function useRecordingNotice(): void {
  const { t } = useTranslation();
  const { recording } = useMeetingState();
  const before = useRef<typeof recording>('off');
  const holds = useRef(false);
  useEffect(() => {
    const word = recordingWord(before.current, recording, holds.current);
    before.current = recording;
    holds.current = holdsSomething(recording, holds.current);
    if (word) notify({ key: 'recording', text: t(`record.notice.${word}`) });
  }, [recording, t]);
}

/** That people watch who are not in the list is told, too. */
function useWatchedNotice(): void {
  const { t } = useTranslation();
  const { watched } = useMeetingState();
  useEffect(() => {
    if (watched) notify({ key: 'watched', text: t('meeting.watchedNotice') });
  }, [watched, t]);
}

/** Hosts learn that nobody gets the broadcast that they believe in. */
function useBroadcastNotice(): void {
  const { t } = useTranslation();
  const { broadcast_fails: fails } = useMeetingState();
  useEffect(() => {
    if (fails) notify({ key: 'broadcast', text: t('meeting.broadcastFailsNotice') });
    else dismiss('broadcast');
  }, [fails, t]);
}

function useWaitingNotice(): void {
  const { t } = useTranslation();
  const { panel, setPanel } = useMeeting();
  const { waiting } = useMeetingState();
  useEffect(() => {
    if (panel === 'people' || waiting.length === 0) dismiss('waiting');
  }, [panel, waiting.length]);
  const fresh = useFresh(waiting.map((one) => one.participant_id));
  useEffect(() =>
    fresh((ids) => {
      const last = waiting.find((one) => one.participant_id === ids.at(-1));
      if (last && panel !== 'people') notify({ key: 'waiting', text: t('waiting.notice', { name: last.display_name }), onPress: () => setPanel('people') });
    }),
  );
}

function useHandNotice(): void {
  const { t } = useTranslation();
  const { participation } = useMeeting();
  const people = usePeople();
  const hands = useHands();
  const fresh = useFresh(hands);
  useEffect(() =>
    fresh((ids) => {
      const last = people.find((one) => one.identity === ids.at(-1));
      if (last && last.identity !== participation.participant_id) notify({ key: 'hand', text: t('hand.notice', { name: nameOf(last) }) });
    }),
  );
}
