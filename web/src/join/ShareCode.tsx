/** For the owner: the link as a QR code, to be held before those who are in the room. */
import { Anchor } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConferenceCard } from '../shared/api.types';
import { QrCode } from '../shared/QrCode';
import styles from './JoinPage.module.css';

export function ShareCode({ card }: { card: ConferenceCard }) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(false);
  if (!card.is_mine || !card.qr_code) return null;
  return (
    <div className={styles.share}>
      <Anchor component="button" type="button" fz="sm" aria-expanded={shown} onClick={() => setShown(!shown)} data-testid="show-code">{t(shown ? 'join.hideCode' : 'join.showCode')}</Anchor>
      {shown && <QrCode url={card.url} title={t('join.code')} />}
    </div>
  );
}
