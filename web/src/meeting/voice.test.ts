import { expect, it } from 'vitest';
import { Voice } from './voice';

/** The reports of a voice, one measure every 100 ms: `[seconds, speaking]`. */
function reports(levels: readonly number[]): [number, boolean][] {
  const voice = new Voice();
  const found: [number, boolean][] = [];
  levels.forEach((level, at) => {
    const report = voice.hear(level, at * 100);
    if (report !== null) found.push([at / 10, report]);
  });
  return found;
}
const lasting = (level: number, seconds: number) => Array<number>(Math.round(seconds * 10)).fill(level);

it('says nothing of silence, of a hum and of a knock', () => {
  expect(reports([...lasting(0.05, 5), ...lasting(0.4, 5), 0.9, 0.9, ...lasting(0.1, 5)])).toEqual([]);
});

it('tells when a voice begins, that it goes on, and when it has ended', () => {
  expect(reports([...lasting(0, 1), ...lasting(0.7, 5), ...lasting(0, 5)])).toEqual([[1.2, true], [4.2, true], [7.1, false]]);
});

it('goes over the breaths between words, and over soft words', () => {
  const words = [...lasting(0.7, 0.4), ...lasting(0.1, 1)];
  expect(reports([...words, ...words, ...lasting(0.35, 3)]).map(([, on]) => on)).toEqual([true, true]);
});

it('keeps its reports a second apart, and loses none', () => {
  const found = reports([...lasting(0.7, 0.4), ...lasting(0, 1.3), ...lasting(0.7, 4)]);
  expect(found.map(([, on]) => on)).toEqual([true, false, true, true]);
  expect(found.slice(1).every(([at], index) => at - (found[index]?.[0] ?? 0) >= 1.1)).toBe(true);
});
