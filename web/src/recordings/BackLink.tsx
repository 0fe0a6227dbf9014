/** The way back to where a page belongs. */
import { Anchor } from '@mantine/core';
import { ArrowLeft } from 'lucide-react';
import { navigate } from '../shared/routes';
import styles from './Recordings.module.css';

export function BackLink({ to, children }: { to: string; children: string }) {
  const go = (event: React.MouseEvent) => {
    if (event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    navigate(to);
  };
  return <Anchor href={to} onClick={go} className={styles.back} data-testid="back"><ArrowLeft size={16} aria-hidden /> {children}</Anchor>;
}
