import { expect, it, vi } from 'vitest';
import { Switch } from './switch';

/** A device that takes a moment to open. */
function slow() {
  return vi.fn((_on: boolean) => new Promise<void>((resolve) => setTimeout(resolve, 20)));
}

it('what is wanted while a change is under way is done after it', async () => {
  const change = slow();
  const control = new Switch();
  const first = control.set(true, change);
  await control.set(false, change);
  expect(control.wanted).toBe(false);
  await first;
  expect(change.mock.calls).toEqual([[true], [false]]);
  expect(control.wanted).toBeNull();
});

it('wishes that cancel each other out cost nothing', async () => {
  const change = slow();
  const control = new Switch();
  const first = control.set(true, change);
  void control.set(false, change);
  void control.set(true, change);
  await first;
  expect(change.mock.calls).toEqual([[true]]);
});

it('a failure ends it, and the next wish is tried', async () => {
  const control = new Switch();
  await expect(control.set(true, () => Promise.reject(new Error('no device')))).rejects.toThrow('no device');
  const change = slow();
  await control.set(true, change);
  expect(change.mock.calls).toEqual([[true]]);
});
