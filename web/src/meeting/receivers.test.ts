import { Track } from 'livekit-client';
import { describe, expect, it } from 'vitest';
import { permissions, PRODUCER } from './receivers';

const sent = [
  { sid: 'voice', kind: Track.Kind.Audio },
  { sid: 'picture', kind: Track.Kind.Video },
];
const somebody = (identity: string, attributes: Record<string, string> = {}) => ({ identity, attributes });
const whole = (identity: string) => ({ participantIdentity: identity, allowAll: true });

describe('for whom our tracks are', () => {
  it('leaves out what somebody may not hear or see', () => {
    const named = permissions({ mode: 0, role: 0 }, [somebody('ann', { receives: 'audio' }), somebody('bob')], sent);
    expect(named).toContainEqual({ participantIdentity: 'ann', allowAll: false, allowedTrackSids: ['voice'] });
    expect(named).toContainEqual(whole('bob'));
  });

  it('is nobody but the hosts for a listener of a lecture', () => {
    const named = permissions({ mode: 1, role: 1 }, [somebody('host', { role: '2' }), somebody('ann', { role: '1' })], sent);
    expect(named.map(({ participantIdentity }) => participantIdentity)).toEqual([PRODUCER, 'host']);
  });

  it('always names the producer of recordings, once and for everything, there or not yet', () => {
    const producer = somebody(PRODUCER, { receives: 'audio', role: '1' });
    for (const place of [{ mode: 0, role: 0 }, { mode: 1, role: 1 }, { mode: 1, role: 2 }, { mode: 3, role: 3 }] as const) {
      for (const others of [[], [producer], [somebody('ann'), producer]]) {
        const named = permissions(place, others, sent).filter(({ participantIdentity }) => participantIdentity === PRODUCER);
        expect(named).toEqual([whole(PRODUCER)]);
      }
    }
  });
});
