/** Held while speaking: a listener's remark. */
import { Mic, MicOff } from 'lucide-react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './ControlBar.module.css';
import type { RemarkControl } from './useRemark';

const words = { off: 'remark.hold', opening: 'remark.opening', on: 'remark.on', tail: 'remark.tail' } as const;

export function RemarkButton({ remark }: { remark: RemarkControl }) {
  const { t } = useTranslation();
  const { may, phase, press, release } = remark;
  useEffect(() => {
    // The pointer may be let go anywhere.
    const letGo = () => release();
    window.addEventListener('pointerup', letGo);
    window.addEventListener('pointercancel', letGo);
    return () => {
      window.removeEventListener('pointerup', letGo);
      window.removeEventListener('pointercancel', letGo);
    };
  }, [release]);
  if (!may) return null;
  const open = phase === 'on' || phase === 'tail';
  return (
    <button
      type="button"
      className={`${styles.button} ${styles.remark}`}
      data-tone={open ? 'active' : 'plain'}
      data-phase={phase}
      aria-pressed={open}
      onPointerDown={(event) => {
        if (event.button === 0) press();
      }}
      onKeyDown={(event) => {
        if ((event.code === 'Space' || event.key === 'Enter') && !event.repeat) press();
      }}
      onKeyUp={(event) => {
        if (event.code === 'Space' || event.key === 'Enter') release();
      }}
      onBlur={release}
      onContextMenu={(event) => event.preventDefault()}
      data-testid="remark"
    >
      {open ? <Mic size={20} aria-hidden /> : <MicOff size={20} aria-hidden />}
      <span className={styles.remarkWord}>{t(words[phase])}</span>
    </button>
  );
}
