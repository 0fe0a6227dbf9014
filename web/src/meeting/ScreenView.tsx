/** A shared screen on the stage: pinch or wheel with Ctrl to zoom, drag to move, double click to fill the screen. */
import { isTrackReference, type TrackReferenceOrPlaceholder } from '@livekit/components-core';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { nameOf } from './people';
import { Picture } from './Picture';
import styles from './Stage.module.css';
import { useZoom } from './useZoom';

export function ScreenView({ trackRef }: { trackRef: TrackReferenceOrPlaceholder }) {
  const { t } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  useZoom(box, content);
  const label = t('meeting.screenOf', { name: nameOf(trackRef.participant) });
  const fill = () => {
    if (document.fullscreenElement) void document.exitFullscreen();
    else void box.current?.requestFullscreen?.().catch(() => undefined);
  };
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <div ref={box} className={styles.screen} role="group" aria-label={label} onDoubleClick={fill} data-testid="screen">
      <div ref={content} className={styles.screenContent}>{isTrackReference(trackRef) && <Picture trackRef={trackRef} />}</div>
      <span className={styles.screenLabel}>{label}</span>
    </div>
  );
}
