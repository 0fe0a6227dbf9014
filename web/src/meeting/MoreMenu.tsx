/** What is needed rarely: layout, full screen, devices, link, keys; on phones also sharing. */
import { Menu } from '@mantine/core';
import { ArrowDownToLine, EllipsisVertical, Eye, Grid2x2, Image, Keyboard, LayoutGrid, Link, Maximize, MonitorUp, QrCode, Settings2, ShieldCheck, SquareUser, UserPlus } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { useMayAdd } from '../calls/AddPeople';
import { BarButton } from './BarButton';
import styles from './ControlBar.module.css';
import { useMeeting } from './context';
import { HOST } from './moderation';
import { RecordItems } from './RecordItems';
import type { Controls } from './useControls';
import { useInvite } from './useInvite';
import { useAct } from './useMeetingState';

interface Props {
  share: Controls['share'];
  /** Listeners have no devices to choose but the speaker, and nothing to share. */
  listening: boolean;
}

export function MoreMenu({ share, listening }: Props) {
  const { t } = useTranslation();
  const { connection, participation, rights, layout, setLayout, setDialog, setPinned, setPanel } = useMeeting();
  const mix = useSyncExternalStore(connection.mix.subscribe, connection.mix.snapshot);
  const act = useAct();
  const onPodium = participation.mode === 3 && (participation.role === 3 || participation.role === 4);
  const { copy, liveUrl, copyLive } = useInvite();
  const mayAdd = useMayAdd();
  const fullScreen = () => {
    if (document.fullscreenElement) void document.exitFullscreen();
    else void document.documentElement.requestFullscreen?.().catch(() => undefined);
  };
  const show = (next: 'grid' | 'speaker') => {
    setPinned(null);
    setLayout(next);
  };
  return (
    <Menu position="top-end" withinPortal={false} zIndex={10}>
      <Menu.Target>
        <BarButton icon={EllipsisVertical} label={t('meeting.more')} testid="more" />
      </Menu.Target>
      <Menu.Dropdown>
        {participation.role === HOST && (
          <Menu.Item className={styles.narrowOnly} leftSection={<ShieldCheck size={16} aria-hidden />} onClick={() => setPanel('host')} data-testid="open-host-tools">{t('host.title')}</Menu.Item>
        )}
        <RecordItems />
        {onPodium && (
          <Menu.Item leftSection={<ArrowDownToLine size={16} aria-hidden />} onClick={() => void act((api) => api.leavePodium(participation.participant_id))} data-testid="leave-podium">{t('podium.leave')}</Menu.Item>
        )}
        {share.supported && !listening && (
          <Menu.Item className={styles.narrowOnly} leftSection={<MonitorUp size={16} aria-hidden />} onClick={share.toggle} disabled={share.forbidden !== null}>
            {t(share.on ? 'meeting.stopShare' : 'meeting.share')}
          </Menu.Item>
        )}
        {!mix.on && (layout === 'grid' ? (
          <Menu.Item leftSection={<SquareUser size={16} aria-hidden />} onClick={() => show('speaker')} data-testid="layout-speaker">{t('meeting.speakerView')}</Menu.Item>
        ) : (
          <Menu.Item leftSection={<Grid2x2 size={16} aria-hidden />} onClick={() => show('grid')} data-testid="layout-grid">{t('meeting.gridView')}</Menu.Item>
        ))}
        {mix.there && rights.video_rcv && (mix.on ? (
          <Menu.Item leftSection={<LayoutGrid size={16} aria-hidden />} onClick={() => connection.mix.want(false)} data-testid="mix-off">{t('meeting.ownPictures')}</Menu.Item>
        ) : (
          <Menu.Item leftSection={<Image size={16} aria-hidden />} onClick={() => connection.mix.want(true)} data-testid="mix-on">{t('meeting.onePicture')}</Menu.Item>
        ))}
        <Menu.Item leftSection={<Maximize size={16} aria-hidden />} onClick={fullScreen}>{t('meeting.fullScreen')}</Menu.Item>
        <Menu.Item leftSection={<Settings2 size={16} aria-hidden />} onClick={() => setDialog('devices')} data-testid="open-devices">{t('meeting.devices')}</Menu.Item>
        {mayAdd && <Menu.Item leftSection={<UserPlus size={16} aria-hidden />} onClick={() => setDialog('addPeople')} data-testid="more-add-people">{t('calls.add')}</Menu.Item>}
        <Menu.Item leftSection={<Link size={16} aria-hidden />} onClick={() => void copy()} data-testid="copy-link">{t('meeting.copyLink')}</Menu.Item>
        {liveUrl && <Menu.Item leftSection={<Eye size={16} aria-hidden />} onClick={() => void copyLive()} data-testid="copy-live-link">{t('meeting.copyLiveLink')}</Menu.Item>}
        {participation.qr_code && <Menu.Item leftSection={<QrCode size={16} aria-hidden />} onClick={() => setDialog('code')} data-testid="show-code">{t('meeting.showCode')}</Menu.Item>}
        <Menu.Item leftSection={<Keyboard size={16} aria-hidden />} onClick={() => setDialog('shortcuts')} data-testid="open-shortcuts">{t('meeting.shortcuts')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
