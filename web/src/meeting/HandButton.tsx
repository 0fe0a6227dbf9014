/** Raises and lowers the own hand. */
import { Hand } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { BarButton } from './BarButton';
import type { Hand as HandState } from './useHand';

export function HandButton({ hand }: { hand: HandState }) {
  const { t } = useTranslation();
  if (!hand.may) return null;
  const label = t(hand.raised ? 'hand.lower' : hand.asksToSpeak ? 'hand.ask' : 'hand.raise');
  return <BarButton icon={Hand} label={label} hint={`${label} (Ctrl+Alt+H)`} tone={hand.raised ? 'active' : 'plain'} onClick={hand.toggle} aria-pressed={hand.raised} testid="toggle-hand" />;
}
