import { expect, it } from 'vitest';
import type { ContactCard, OutgoingCall } from '../shared/api.types';
import { canRing, inOrder, withStatuses } from './contacts';
import { withCall } from './outgoing';

const contact = (id: string, status: ContactCard['status'], user = true): ContactCard => ({
  id,
  user_id: user ? id : null,
  display_name: id,
  avatar: null,
  status,
  type: user ? 'user' : 'custom',
});
const call = (id: string, state: OutgoingCall['state'], number = '1'): OutgoingCall => ({ call_id: number, id, display_name: id, state });

it('puts those who can be called first, and addresses of elsewhere last', () => {
  const book = [contact('zoe', 1), contact('#sip:room', -127, false), contact('bob', 0), contact('ann', 5), contact('eve', 2)];
  expect(inOrder(book, 'en').map((one) => one.id)).toEqual(['ann', 'eve', 'zoe', 'bob', '#sip:room']);
  expect(book.map(canRing)).toEqual([true, false, false, true, true]);
});

it('takes news of presence, and leaves alone what is no news', () => {
  const book = [contact('ann', 0), contact('bob', 1), contact('ann@elsewhere', -127, false)];
  const after = withStatuses(book, { ann: 2, stranger: 1, 'ann@elsewhere': 1 });
  expect(after.map((one) => one.status)).toEqual([2, 1, -127]);
  expect(after[1]).toBe(book[1]);
});

it('shows the newest call of each person in the order of calling', () => {
  const calls = [call('ann', 'ringing'), call('bob', 'ringing', '2'), call('ann', 'declined'), call('ann', 'ringing', '3')];
  expect(calls.reduce<readonly OutgoingCall[]>(withCall, [])).toEqual([call('ann', 'ringing', '3'), call('bob', 'ringing', '2')]);
});
