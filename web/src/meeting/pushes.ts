/** What the server tells through the engine's data channel. */
import type { Push } from '../shared/api.types';

/** The push in a data packet; null for packets of others and for what cannot be read. */
export function readPush(payload: Uint8Array, topic: string | undefined): Push | null {
  if (topic !== 'rostrum') return null;
  try {
    return JSON.parse(new TextDecoder().decode(payload)) as Push;
  } catch {
    return null;
  }
}
