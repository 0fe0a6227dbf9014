/** Microphone, camera and screen share: their state, whether they are allowed, and switching them. */
import { useLocalParticipant } from '@livekit/components-react';
import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { deviceFailure, writeTaste } from '../shared/devices';
import { useMeeting } from './context';
import { captureLimits } from './limits';
import { notify } from './notices';
import { Switch } from './switch';

export interface Control {
  on: boolean;
  busy: boolean;
  /** Why it cannot be switched; null when it can. */
  forbidden: string | null;
  toggle: () => void;
  set: (on: boolean) => void;
}

export interface Controls {
  microphone: Control;
  camera: Control;
  share: Control & { supported: boolean };
}

export function useControls(): Controls {
  const { t } = useTranslation();
  const { rights, participation } = useMeeting();
  const { localParticipant, isMicrophoneEnabled, isCameraEnabled, isScreenShareEnabled } = useLocalParticipant();
  const supported = Boolean(navigator.mediaDevices && 'getDisplayMedia' in navigator.mediaDevices);

  const microphone = useControl(isMicrophoneEnabled, rights.audio_send ? null : t('meeting.noMicrophoneRight'), 'microphone', (on) => localParticipant.setMicrophoneEnabled(on));
  const camera = useControl(isCameraEnabled, rights.video_send ? null : t('meeting.noCameraRight'), 'camera', (on) => localParticipant.setCameraEnabled(on));
  const share = useControl(
    isScreenShareEnabled,
    rights.desktop_sharing ? (supported ? null : t('meeting.noShareHere')) : t('meeting.noShareRight'),
    'share',
    // Without restrictions the browser's own measure is best: Safari takes any as a wish for a small picture.
    (on) => localParticipant.setScreenShareEnabled(on, { audio: true, ...(participation.restrictions ? { resolution: captureLimits(participation.restrictions).screen } : {}) }),
  );
  return useMemo(() => ({ microphone, camera, share: { ...share, supported } }), [microphone, camera, share, supported]);
}

function useControl(on: boolean, forbidden: string | null, kind: 'microphone' | 'camera' | 'share', change: (on: boolean) => Promise<unknown>): Control {
  const { t } = useTranslation();
  const [busy, setBusy] = useState(false);
  const [control] = useState(() => new Switch());
  const set = useCallback(
    (next: boolean) => {
      if (forbidden) {
        notify({ key: `forbidden-${kind}`, text: forbidden });
        return;
      }
      if (next === (control.wanted ?? on)) return;
      setBusy(true);
      if (kind !== 'share') writeTaste({ [kind]: next });
      void control
        .set(next, change)
        .catch((error: unknown) => {
          // Closing the browser's own question about the screen is a choice, not a failure.
          if (kind === 'share' && error instanceof DOMException && error.name === 'NotAllowedError') return;
          notify({ key: `failed-${kind}`, text: t(`meeting.failed.${deviceFailure(error)}`, { device: t(`meeting.device.${kind}`) }) });
        })
        .finally(() => setBusy(control.wanted !== null));
    },
    // `change` is a new function on every render and only wraps the local participant.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
    [on, control, forbidden, kind, t],
  );
  return useMemo(() => ({ on, busy, forbidden, set, toggle: () => set(!(control.wanted ?? on)) }), [on, busy, forbidden, set, control]);
}
