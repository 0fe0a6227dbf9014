import { describe, expect, it } from 'vitest';
import type { Rights, Role } from '../shared/api.types';
import { endsIn, handOrder, isListening, mayRaiseHand, offers, type Someone, takesTheStage, withdrawn } from './moderation';
import { hasTile } from './people';
import { reaches } from './receivers';
import { quietState } from './state';

const all = { audio_send: true, video_send: true, desktop_sharing: true } as Rights;
const none = { audio_send: false, video_send: false, desktop_sharing: false } as Rights;
const ann: Someone = { role: '0', isOwner: false, isLocal: false, microphone: false, camera: false, screen: false };
const host = { role: 2 as Role };
const what = (person: Partial<Someone>, state = quietState(0), mine = host) => offers(mine, { ...ann, ...person }, state).map(({ action }) => action);

describe('what a moderator is offered for a person', () => {
  it('is nothing for those who are no moderators, and nothing for oneself', () => {
    expect(what({ microphone: true }, quietState(0), { role: 0 })).toEqual([]);
    expect(what({ isLocal: true, role: '2' })).toEqual([]);
  });

  it('stops only what is sent', () => {
    expect(what({})).toEqual(['makeHost', 'toWaiting', 'remove']);
    expect(what({ microphone: true, camera: true, screen: true }).slice(0, 3)).toEqual(['mute', 'stopVideo', 'stopShare']);
  });

  it('leaves the owner in place', () => {
    expect(what({ role: '2', isOwner: true, microphone: true })).toEqual(['mute']);
    expect(what({ role: '2' })).toEqual(['notHost', 'remove']);
  });

  it('has the podium only where there is one, and says when it is full', () => {
    const state = { ...quietState(3), podium: { places: 1, taken: [] as string[] } };
    expect(what({ role: '1' }, state)).toContain('invite');
    expect(what({ role: '4' }, state)).toContain('offPodium');
    expect(what({ role: '1' }, quietState(1))).not.toContain('invite');
    const full = { ...state, podium: { places: 1, taken: ['bob'] } };
    expect(offers(host, { ...ann, role: '1' }, full).find(({ action }) => action === 'invite')?.forbidden).toBe('host.podiumFull');
  });
});

describe('listeners', () => {
  it('send nothing; those of a lecture who may send are none', () => {
    expect(isListening({ role: 1, mode: 3 }, none)).toBe(true);
    expect(isListening({ role: 5, mode: 3 }, all)).toBe(true);
    expect(isListening({ role: 1, mode: 1 }, all)).toBe(false);
    expect(isListening({ role: 4, mode: 3 }, all)).toBe(false);
    expect(isListening({ role: 0, mode: 0 }, none)).toBe(false);
  });

  it('are asked before they are seen on the podium, but not for a remark', () => {
    const listener = { role: 1 as Role, mode: 3 as const };
    expect(takesTheStage(listener, { role: 4, mode: 3 }, none, all)).toBe(true);
    expect(takesTheStage(listener, { role: 5, mode: 3 }, none, { ...none, audio_send: true })).toBe(false);
    expect(takesTheStage({ role: 4, mode: 3 }, listener, all, none)).toBe(false);
  });

  it('raise hands; hosts and speakers on a podium do not need to', () => {
    expect(mayRaiseHand({ role: 1, mode: 3 })).toBe(true);
    expect(mayRaiseHand({ role: 0, mode: 0 })).toBe(true);
    expect(mayRaiseHand({ role: 4, mode: 3 })).toBe(false);
    expect(mayRaiseHand({ role: 2, mode: 0 })).toBe(false);
  });
});

it('what is no longer allowed is taken back', () => {
  expect(withdrawn(all, none)).toEqual(['microphone', 'camera', 'screen_share']);
  expect(withdrawn(all, { ...all, video_send: false })).toEqual(['camera']);
  expect(withdrawn(none, all)).toEqual([]);
});

it('hands stand in the order of raising', () => {
  const people = [{ id: 'c', raised: '30' }, { id: 'a', raised: '' }, { id: 'b', raised: '9' }, { id: 'd', raised: undefined }, { id: 'e', raised: '9' }];
  expect(handOrder(people)).toEqual(['b', 'e', 'c']);
});

it('the end is told in the last ten minutes', () => {
  expect([endsIn(null, 0), endsIn(700, 0), endsIn(590, 0), endsIn(61, 0), endsIn(0, 0), endsIn(-120, 0)]).toEqual([null, null, 10, 2, 0, null]);
});

describe('tiles', () => {
  const someone = (role: string, tracks: number, isLocal = false) => ({ role, tracks, isLocal });
  it('listeners of a lecture do not see each other, the lecturer sees them all', () => {
    expect(hasTile(someone('1', 0), { role: 1, mode: 1 })).toBe(false);
    expect(hasTile(someone('1', 2), { role: 1, mode: 1 })).toBe(false);
    expect(hasTile(someone('2', 2), { role: 1, mode: 1 })).toBe(true);
    expect(hasTile(someone('1', 0), { role: 2, mode: 1 })).toBe(true);
  });

  it('who only listens has none elsewhere, unless a remark is made', () => {
    expect(hasTile(someone('1', 0), { role: 2, mode: 3 })).toBe(false);
    expect(hasTile(someone('5', 1), { role: 1, mode: 3 })).toBe(true);
    expect(hasTile(someone('1', 0, true), { role: 1, mode: 3 })).toBe(false);
    expect(hasTile(someone('4', 0), { role: 1, mode: 3 })).toBe(true);
  });
});

it('what listeners of a lecture send reaches its hosts only', () => {
  expect([reaches({ mode: 1, role: 1 }, '2'), reaches({ mode: 1, role: 1 }, '1'), reaches({ mode: 1, role: 1 }, undefined)]).toEqual([true, false, false]);
  expect([reaches({ mode: 1, role: 2 }, '1'), reaches({ mode: 0, role: 0 }, '0')]).toEqual([true, true]);
});
