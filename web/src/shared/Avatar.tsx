/** A person's picture, or initials on the person's own colour. */
import styles from './Avatar.module.css';
import { initials, personColor } from './person';

interface Props {
  id: string;
  name: string;
  url?: string | null;
  /** Pixels, or as large as suits the container that it stands in. */
  size?: 28 | 40 | 56 | 'fill';
}

export function Avatar({ id, name, url, size = 40 }: Props) {
  return (
    <span className={styles.avatar} data-size={size} style={{ background: personColor(id) }} aria-hidden>
      {url ? <img src={url} alt="" /> : initials(name)}
    </span>
  );
}
