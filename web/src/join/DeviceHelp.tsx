/** Why a device does not open, how to allow it in this very browser, and that joining works without it. */
import { Alert, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { browserKind, type DeviceState } from '../shared/devices';
import styles from './DeviceHelp.module.css';

const fine = new Set<DeviceState>(['on', 'off', 'asking']);

export function DeviceHelp({ camera, microphone }: { camera: DeviceState; microphone: DeviceState }) {
  const { t } = useTranslation();
  if (fine.has(camera) && fine.has(microphone)) return null;
  const state = fine.has(camera) ? microphone : camera;
  const which = !fine.has(camera) && !fine.has(microphone) ? 'both' : fine.has(camera) ? 'microphone' : 'camera';
  const kind = browserKind(navigator.userAgent);
  return (
    <Alert variant="light" color="gray" title={t(`deviceHelp.${state}.title`, { context: which })} data-testid="device-help">
      {state === 'denied' ? (
        <div className={styles.how}>
          <AddressBar />
          <Text size="sm">{t(`deviceHelp.allow.${kind}`)}</Text>
        </div>
      ) : (
        <Text size="sm">{t(`deviceHelp.${state}.text`)}</Text>
      )}
      <Text size="sm" mt={8}>{t('deviceHelp.without')}</Text>
    </Alert>
  );
}

/** A small drawing of an address bar with the place to press. */
function AddressBar() {
  return (
    <svg className={styles.drawing} viewBox="0 0 240 72" aria-hidden>
      <rect className={styles.bar} x="1" y="1" width="238" height="34" rx="17" />
      <circle className={styles.ring} cx="22" cy="18" r="12" />
      <path className={styles.sign} d="M16 15h7m4 0h1M16 21h1m4 0h7" />
      <circle className={styles.sign} cx="25" cy="15" r="2" />
      <circle className={styles.sign} cx="19" cy="21" r="2" />
      <rect className={styles.text} x="44" y="15" width="104" height="6" rx="3" />
      <path className={styles.arrow} d="M22 66V40m-6 7 6-7 6 7" />
    </svg>
  );
}
