/** Leaves; the owner is asked whether the meeting goes on. */
import { Menu } from '@mantine/core';
import { DoorOpen, PhoneOff } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { knownReason } from '../shared/errors';
import { reasonOf } from '../shared/http';
import { BarButton } from './BarButton';
import { useMeeting } from './context';
import { notify } from './notices';

export function LeaveButton() {
  const { t } = useTranslation();
  const { connection, participation } = useMeeting();
  const leave = () => void connection.leave();
  if (!participation.is_owner) return <BarButton icon={PhoneOff} label={t('meeting.leave')} tone="danger" onClick={leave} testid="leave" />;
  const end = () =>
    void connection.endForAll().catch((error: unknown) => notify({ key: 'end', text: t(`error.${knownReason(reasonOf(error))}.text`) }));
  return (
    <Menu position="top-end" withinPortal={false} zIndex={10}>
      <Menu.Target>
        <BarButton icon={PhoneOff} label={t('meeting.leave')} tone="danger" testid="leave" />
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<DoorOpen size={16} aria-hidden />} onClick={leave} data-testid="leave-only">{t('meeting.leaveOnly')}</Menu.Item>
        <Menu.Item color="red.4" leftSection={<PhoneOff size={16} aria-hidden />} onClick={end} data-testid="end-for-all">{t('meeting.endForAll')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
