import { useTranslation } from 'react-i18next';
import { joinPath, livePath } from '../shared/routes';
import { useMeeting } from './context';
import { notify } from './notices';
import { useMeetingState } from './useMeetingState';

interface Invite {
  url: string;
  copy: () => Promise<void>;
  /** Where the meeting can be watched without joining it; null: nowhere. */
  liveUrl: string | null;
  copyLive: () => Promise<void>;
}

/** The links that let others in, or let them watch, and copying them. */
export function useInvite(): Invite {
  const { t } = useTranslation();
  const { participation } = useMeeting();
  const url = location.origin + joinPath(participation.conference_id);
  const liveUrl = useMeetingState().live_url === null ? null : location.origin + livePath(participation.conference_id);
  const put = async (address: string, words: string) => {
    const done = await navigator.clipboard?.writeText(address).then(() => true, () => false);
    notify({ key: 'link', text: done ? words : address });
  };
  return { url, copy: () => put(url, t('meeting.copied')), liveUrl, copyLive: () => put(liveUrl ?? '', t('meeting.liveCopied')) };
}
