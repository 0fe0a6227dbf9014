import { useTranslation } from 'react-i18next';
import { joinPath } from '../shared/routes';
import { useMeeting } from './context';
import { notify } from './notices';

/** The link that lets others in, and copying it. */
export function useInvite(): { url: string; copy: () => Promise<void> } {
  const { t } = useTranslation();
  const { participation } = useMeeting();
  const url = location.origin + joinPath(participation.conference_id);
  const copy = async () => {
    const done = await navigator.clipboard?.writeText(url).then(() => true, () => false);
    notify({ key: 'link', text: done ? t('meeting.copied') : url });
  };
  return { url, copy };
}
