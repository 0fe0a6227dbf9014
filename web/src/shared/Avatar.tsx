/** A person's picture, or initials on the person's own colour. */
import styles from './Avatar.module.css';
import { initials, personColor } from './person';

export function Avatar({ id, name, url, size = 40 }: { id: string; name: string; url?: string | null; size?: 28 | 40 | 56 }) {
  return (
    <span className={styles.avatar} data-size={size} style={{ background: personColor(id) }} aria-hidden>
      {url ? <img src={url} alt="" /> : initials(name)}
    </span>
  );
}
