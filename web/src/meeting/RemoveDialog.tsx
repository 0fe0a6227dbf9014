/** Asks before somebody is taken out of the meeting. */
import { Button, Modal } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import styles from './Dialogs.module.css';
import { useAct } from './useMeetingState';

export function RemoveDialog({ person, onClose }: { person: { id: string; name: string } | null; onClose: () => void }) {
  const { t } = useTranslation();
  const act = useAct();
  const remove = () => {
    if (person) void act((api) => api.removePerson(person.id));
    onClose();
  };
  return (
    <Modal opened={person !== null} onClose={onClose} withCloseButton={false} title={t('host.removeTitle', { name: person?.name ?? '' })}>
      <div className={styles.question} data-testid="remove-question">
        <p className={styles.text}>{t('host.removeText')}</p>
        <div className={styles.answers}>
          <Button color="red" onClick={remove} data-testid="remove-yes">{t('host.do.remove')}</Button>
          <Button variant="default" onClick={onClose}>{t('host.keep')}</Button>
        </div>
      </div>
    </Modal>
  );
}
