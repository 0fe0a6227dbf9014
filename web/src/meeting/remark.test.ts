import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Remark, TAIL } from './remark';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function made(open = async () => undefined as void) {
  const ends = { open: vi.fn(open), close: vi.fn(async () => undefined), failed: vi.fn() };
  return { remark: new Remark(ends), ends };
}

it('is open while held and three seconds longer', async () => {
  const { remark, ends } = made();
  remark.press();
  await vi.advanceTimersByTimeAsync(0);
  expect(remark.phase).toBe('on');
  await vi.advanceTimersByTimeAsync(20_000);
  remark.release();
  await vi.advanceTimersByTimeAsync(TAIL - 1);
  expect([remark.phase, ends.close.mock.calls.length]).toEqual(['tail', 0]);
  await vi.advanceTimersByTimeAsync(1);
  expect([remark.phase, ends.close.mock.calls.length]).toEqual(['off', 1]);
});

it('goes on without a gap when pressed again before it has closed', async () => {
  const { remark, ends } = made();
  remark.press();
  await vi.advanceTimersByTimeAsync(0);
  remark.release();
  await vi.advanceTimersByTimeAsync(2000);
  remark.press();
  await vi.advanceTimersByTimeAsync(10_000);
  expect([remark.phase, ends.open.mock.calls.length, ends.close.mock.calls.length]).toEqual(['on', 1, 0]);
});

it('a short press still opens, and closes after the tail', async () => {
  const { remark, ends } = made(() => new Promise((resolve) => setTimeout(resolve, 400)));
  remark.press();
  remark.release();
  await vi.advanceTimersByTimeAsync(400);
  expect(remark.phase).toBe('tail');
  await vi.advanceTimersByTimeAsync(TAIL);
  expect(ends.close).toHaveBeenCalledOnce();
});

it('tells a failure and leaves nothing open', async () => {
  const { remark, ends } = made(() => Promise.reject(new Error('no')));
  remark.press();
  await vi.advanceTimersByTimeAsync(0);
  expect([remark.phase, ends.failed.mock.calls.length, ends.close.mock.calls.length]).toEqual(['off', 1, 1]);
});

it('closes what opens after it was cut', async () => {
  const { remark, ends } = made(() => new Promise((resolve) => setTimeout(resolve, 400)));
  remark.press();
  remark.cut();
  await vi.advanceTimersByTimeAsync(400);
  expect([remark.phase, ends.close.mock.calls.length]).toEqual(['off', 1]);
});

it('what is open is closed when the word is taken back or a place has come instead', async () => {
  for (const letGo of [false, true]) {
    const { remark, ends } = made();
    remark.press();
    await vi.advanceTimersByTimeAsync(0);
    if (letGo) remark.release();
    remark.cut();
    expect([remark.phase, ends.close.mock.calls.length]).toEqual(['off', 1]);
    await vi.advanceTimersByTimeAsync(TAIL);
    expect(ends.close).toHaveBeenCalledOnce();
  }
});
