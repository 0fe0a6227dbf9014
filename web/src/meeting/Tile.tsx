/** One person: picture or initials, name, and small badges. Click pins, double click fills the screen. */
import { isTrackReference, type TrackReferenceOrPlaceholder } from '@livekit/components-core';
import { useConnectionQualityIndicator, useIsSpeaking } from '@livekit/components-react';
import { ConnectionQuality } from 'livekit-client';
import { Hand, MicOff, Pin, PinOff, TriangleAlert } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Avatar } from '../shared/Avatar';
import { useMeeting } from './context';
import { hasPicture, isMicrophoneOn, nameOf, tileKey } from './people';
import { EarlyPicture, Picture } from './Picture';
import styles from './Tile.module.css';
import { useHands } from './useMeetingState';

const DOUBLE_CLICK = 240;

interface Props {
  trackRef: TrackReferenceOrPlaceholder;
  size: 'small' | 'medium' | 'large';
}

export function Tile({ trackRef, size }: Props) {
  const { t } = useTranslation();
  const { pinned, setPinned, frozen, connection, participation } = useMeeting();
  const { participant } = trackRef;
  const person = participant.isLocal ? participation.participant_id : participant.identity;
  const box = useRef<HTMLDivElement>(null);
  const click = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const speaking = useIsSpeaking(participant) && !frozen;
  const { quality } = useConnectionQualityIndicator({ participant });
  const key = tileKey(trackRef);
  const isPinned = pinned === key;
  const shownName = participant.isLocal ? participation.display_name : nameOf(participant);
  const name = participant.isLocal ? (size === 'small' ? t('meeting.me') : t('meeting.you', { name: shownName })) : shownName;
  const muted = !isMicrophoneOn(participant) && connection.phase.kind !== 'joining';
  const hand = useHands().indexOf(person) + 1;
  const poor = quality === ConnectionQuality.Poor || quality === ConnectionQuality.Lost;
  const picture = isTrackReference(trackRef) && hasPicture(trackRef);
  const early = participant.isLocal && !trackRef.publication?.isMuted && connection.sender.early?.readyState === 'live' ? connection.sender.early : null;

  useEffect(() => () => clearTimeout(click.current), []);
  const pin = () => setPinned(isPinned ? null : key);
  const onClick = (event: React.MouseEvent) => {
    clearTimeout(click.current);
    // The second click of a double click must not pin.
    if (event.detail === 1) click.current = setTimeout(pin, DOUBLE_CLICK);
  };
  const onDoubleClick = () => {
    clearTimeout(click.current);
    if (document.fullscreenElement) void document.exitFullscreen();
    else void box.current?.requestFullscreen?.().catch(() => undefined);
  };

  const label = [name, hand > 0 && t('hand.raised', { place: hand }), muted && t('meeting.micOff'), !picture && !early && t('meeting.cameraIsOff'), poor && t('meeting.poor')].filter(Boolean).join(', ');
  // The pin button inside does by keyboard what the click does; full screen is in the browser's own keys.
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions
    <div
      ref={box}
      className={styles.tile}
      role="group"
      aria-label={label}
      data-size={size}
      data-speaking={speaking}
      data-frozen={frozen}
      data-testid="tile"
      data-participant={person}
      data-local={participant.isLocal}
      onClick={onClick}
      onDoubleClick={onDoubleClick}
    >
      {early && <EarlyPicture track={early} />}
      {picture && <Picture trackRef={trackRef} />}
      {!picture && !early && (
        <span className={styles.initials}><Avatar id={person} name={shownName} size={size === 'small' ? 40 : 'fill'} /></span>
      )}
      <span className={styles.badge} aria-hidden>
        {muted && <MicOff size={16} className={styles.muted} />}
        <span className={styles.name}>{name}</span>
      </span>
      {(hand > 0 || poor) && (
        <span className={styles.signs} aria-hidden>
          {hand > 0 && <span className={styles.hand} title={t('hand.raised', { place: hand })} data-testid="hand-badge"><Hand size={16} />{hand}</span>}
          {poor && <span className={styles.poor} title={t('meeting.poor')} data-testid="poor-connection"><TriangleAlert size={16} /></span>}
        </span>
      )}
      <button
        type="button"
        className={styles.pin}
        data-pinned={isPinned}
        aria-pressed={isPinned}
        aria-label={t(isPinned ? 'meeting.unpin' : 'meeting.pin', { name })}
        onClick={(event) => {
          event.stopPropagation();
          pin();
        }}
        onDoubleClick={(event) => event.stopPropagation()}
      >
        {isPinned ? <PinOff size={16} aria-hidden /> : <Pin size={16} aria-hidden />}
      </button>
    </div>
  );
}
