/** What a moderator can do for one person. */
import { Menu } from '@mantine/core';
import { DoorOpen, EllipsisVertical, type LucideIcon, MicOff, MonitorX, Shield, ShieldOff, UserCheck, UserMinus, UserX, VideoOff } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Action, Offer } from './moderation';
import styles from './SidePanel.module.css';
import { useAct } from './useMeetingState';

const icons: Record<Action, LucideIcon> = {
  mute: MicOff,
  stopVideo: VideoOff,
  stopShare: MonitorX,
  invite: UserCheck,
  offPodium: UserMinus,
  makeHost: Shield,
  notHost: ShieldOff,
  toWaiting: DoorOpen,
  remove: UserX,
};

interface Props {
  id: string;
  name: string;
  offers: Offer[];
  /** Taking somebody out is asked about first. */
  onRemove: () => void;
}

export function PersonMenu({ id, name, offers, onRemove }: Props) {
  const { t } = useTranslation();
  const run = useAction(id, onRemove);
  if (offers.length === 0) return null;
  return (
    <Menu position="bottom-end" zIndex={10} portalProps={{ target: '#float' }}>
      <Menu.Target>
        <button type="button" className={styles.menu} aria-label={t('host.menuOf', { name })} data-testid="person-menu">
          <EllipsisVertical size={20} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {offers.map(({ action, forbidden }) => {
          const Icon = icons[action];
          return (
            <Menu.Item key={action} leftSection={<Icon size={16} aria-hidden />} className={action === 'remove' ? styles.danger : undefined} disabled={forbidden !== null} onClick={() => run(action)} data-testid={`do-${action}`}>
              {t(`host.do.${action}`)}
              {forbidden && <span className={styles.reason}>{t(forbidden)}</span>}
            </Menu.Item>
          );
        })}
      </Menu.Dropdown>
    </Menu>
  );
}

function useAction(id: string, onRemove: () => void): (action: Action) => void {
  const act = useAct();
  return (action) => {
    if (action === 'remove') onRemove();
    else
      void act((api) => {
        switch (action) {
          case 'mute':
            return api.mute(id, 'microphone');
          case 'stopVideo':
            return api.mute(id, 'camera');
          case 'stopShare':
            return api.mute(id, 'screen_share');
          case 'invite':
            return api.inviteToPodium(id);
          case 'offPodium':
            return api.leavePodium(id);
          case 'makeHost':
            return api.setHost(id, true);
          case 'notHost':
            return api.setHost(id, false);
          case 'toWaiting':
            return api.moveToWaiting(id);
        }
      });
  };
}
