/** The picture of a meeting, with what one needs to watch it. */
import { Maximize, Pause, Play, Volume2, VolumeX } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './Live.module.css';
import { full, mute, type Picture, toggle, toLive, useShown } from './useControls';
import { useLivePlayback } from './useLivePlayback';

interface Props {
  topic: string;
  address: string;
  onBroken: () => void;
  onEnded: () => void;
}

export function LivePlayer({ topic, address, onBroken, onEnded }: Props) {
  const { t } = useTranslation();
  const video = useRef<Picture>(null);
  const screen = useRef<HTMLDivElement>(null);
  const state = useLivePlayback(video, address, onBroken);
  const { playing, muted, behind, silenced } = useShown(video);
  useKeys(video, screen);
  useEffect(() => {
    if (state === 'ended') onEnded();
  }, [state, onEnded]);
  return (
    <div ref={screen} className={styles.player} data-testid="live-screen">
      <div className={styles.picture}>
        {/* oxlint-disable-next-line jsx-a11y/media-has-caption -- nobody has written down what is being said */}
        <video ref={video} className={styles.video} playsInline aria-label={t('live.player', { topic })} data-testid="live-player" data-state={state} onClick={() => toggle(video.current)} />
        {state === 'loading' && <p className={styles.veil} role="status">{t('live.starting')}</p>}
        {silenced && state === 'ready' && (
          <button type="button" className={styles.sound} onClick={() => mute(video.current)} data-testid="live-sound">
            <VolumeX size={20} aria-hidden /> {t('live.soundOn')}
          </button>
        )}
      </div>
      <div className={styles.bar} data-testid="live-bar">
        {behind ? (
          <button type="button" className={styles.mark} onClick={() => toLive(video.current)} data-testid="live-to-newest">{t('live.toLive')}</button>
        ) : (
          <span className={styles.mark} data-on={playing} data-testid="live-mark"><span className={styles.dot} aria-hidden /> {t('live.live')}</span>
        )}
        <Knob label={t(playing ? 'live.pause' : 'live.play')} onClick={() => toggle(video.current)} testid="live-play">{playing ? <Pause size={20} aria-hidden /> : <Play size={20} aria-hidden />}</Knob>
        <Knob label={t(muted ? 'live.unmute' : 'live.mute')} onClick={() => mute(video.current)} testid="live-mute">{muted ? <VolumeX size={20} aria-hidden /> : <Volume2 size={20} aria-hidden />}</Knob>
        <Knob label={t('live.full')} onClick={() => full(video.current, screen.current)} testid="live-full"><Maximize size={20} aria-hidden /></Knob>
      </div>
    </div>
  );
}

function Knob({ label, onClick, testid, children }: { label: string; onClick: () => void; testid: string; children: React.ReactNode }) {
  return <button type="button" className={styles.knob} aria-label={label} title={label} onClick={onClick} data-testid={testid}>{children}</button>;
}

/** Space plays and pauses, M is for the sound, F for full screen; a button that has the focus keeps its Space. */
function useKeys(video: React.RefObject<Picture | null>, screen: React.RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const within = (what: string) => event.target instanceof HTMLElement && event.target.closest(what) !== null;
      const key = event.key.toLowerCase();
      if (event.ctrlKey || event.metaKey || event.altKey || within('input, select, textarea') || (key === ' ' && within('button, a'))) return;
      if (key === ' ' || key === 'k') toggle(video.current);
      else if (key === 'm') mute(video.current);
      else if (key === 'f') full(video.current, screen.current);
      else return;
      event.preventDefault();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [video, screen]);
}
