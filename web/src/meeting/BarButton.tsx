/** One button of the bar. A forbidden one stays reachable and says why. */
import { Tooltip } from '@mantine/core';
import type { LucideIcon } from 'lucide-react';
import { forwardRef } from 'react';
import styles from './ControlBar.module.css';

interface Props extends Omit<React.ButtonHTMLAttributes<HTMLButtonElement>, 'children'> {
  icon: LucideIcon;
  label: string;
  /** Shown to those who hover or focus; the label when there is no more to say. */
  hint?: string;
  tone?: 'plain' | 'off' | 'active' | 'danger';
  forbidden?: string | null;
  dot?: boolean;
  testid: string;
}

export const BarButton = forwardRef<HTMLButtonElement, Props>(function BarButton(
  { icon: Icon, label, hint, tone = 'plain', forbidden, dot, testid, className, ...rest },
  ref,
) {
  return (
    <Tooltip label={forbidden ?? hint ?? label} multiline maw={280} withinPortal={false} zIndex={10}>
      <button
        ref={ref}
        type="button"
        className={[styles.button, className].filter(Boolean).join(' ')}
        data-tone={tone}
        aria-label={forbidden ? `${label}. ${forbidden}` : label}
        aria-disabled={forbidden ? true : undefined}
        data-testid={testid}
        {...rest}
      >
        <Icon size={20} aria-hidden />
        {dot && <span className={styles.dot} data-testid={`${testid}-dot`} />}
      </button>
    </Tooltip>
  );
});
