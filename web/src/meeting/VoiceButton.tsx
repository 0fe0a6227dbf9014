/** A listener of a smart meeting: whether the microphone waits for the voice. */
import { Mic, MicOff } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { BarButton } from './BarButton';
import type { VoiceControl } from './useVoice';

export function VoiceButton({ voice: { on, toggle } }: { voice: VoiceControl }) {
  const { t } = useTranslation();
  const label = t(on ? 'voice.on' : 'voice.off');
  return <BarButton icon={on ? Mic : MicOff} label={label} hint={`${label} (Ctrl+D)`} tone={on ? 'plain' : 'off'} onClick={toggle} aria-pressed={on} testid="toggle-voice" />;
}
