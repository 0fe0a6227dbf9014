/** On top of the people list: who stands before the door. */
import { useTranslation } from 'react-i18next';
import { Avatar } from '../shared/Avatar';
import styles from './SidePanel.module.css';
import { useAct, useMeetingState } from './useMeetingState';

export function WaitingRoom() {
  const { t } = useTranslation();
  const { waiting } = useMeetingState();
  const act = useAct();
  if (waiting.length === 0) return null;
  const letIn = (ids: string[] | null) => void act((api) => api.admit(ids));
  return (
    <section className={styles.group} aria-label={t('waiting.title')} data-testid="waiting-room">
      <div className={styles.groupHead}>
        <h3 className={styles.groupTitle}>{t('waiting.count', { count: waiting.length })}</h3>
        {waiting.length > 1 && <button type="button" className={styles.do} data-tone="accent" onClick={() => letIn(null)} data-testid="admit-all">{t('waiting.admitAll')}</button>}
      </div>
      <ul className={styles.people}>
        {waiting.map(({ participant_id: id, display_name: name, avatar, is_guest: isGuest }) => (
          <li key={id} className={styles.person} data-testid="waiting-person">
            <Avatar id={id} name={name} url={avatar} />
            <span className={styles.who}>
              {name}
              {isGuest && <span className={styles.role}>{t('waiting.guest')}</span>}
            </span>
            <button type="button" className={styles.do} onClick={() => void act((api) => api.refuse([id]))} aria-label={t('waiting.refuseName', { name })} data-testid="refuse">{t('waiting.refuse')}</button>
            <button type="button" className={styles.do} data-tone="accent" onClick={() => letIn([id])} aria-label={t('waiting.admitName', { name })} data-testid="admit">{t('waiting.admit')}</button>
          </li>
        ))}
      </ul>
    </section>
  );
}
