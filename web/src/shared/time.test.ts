import { describe, expect, it } from 'vitest';
import { clock, countdown, regional, whenParts } from './time';

/** 2026-11-24 12:00 UTC, a Tuesday. */
const NOON = Date.UTC(2026, 10, 24, 12) / 1000;

describe('whenParts', () => {
  it('speaks of the visitor’s own day and clock', () => {
    const start = Date.UTC(2026, 10, 24, 22, 30) / 1000;
    expect(whenParts(start, NOON, 'en-GB', 'Europe/London')).toMatchObject({ day: 'today', time: '22:30' });
    expect(whenParts(start, NOON, 'en-GB', 'Europe/Moscow')).toMatchObject({ day: 'tomorrow', time: '01:30' });
  });

  it('names the day further on, in both languages', () => {
    const start = Date.UTC(2026, 10, 30, 9) / 1000;
    expect(whenParts(start, NOON, 'en-GB', 'UTC')).toMatchObject({ day: 'later', date: 'Monday 30 November' });
    expect(whenParts(start, NOON, 'ru', 'UTC').date).toContain('30 ноября');
  });

  it('adds the year when it is far away', () => {
    expect(whenParts(Date.UTC(2027, 10, 30) / 1000, NOON, 'en-GB', 'UTC').date).toContain('2027');
  });

  it('counts days right over the change of the clock', () => {
    const before = Date.UTC(2026, 9, 24, 21) / 1000;
    expect(whenParts(Date.UTC(2026, 9, 25, 20) / 1000, before, 'en-GB', 'Europe/Berlin').day).toBe('tomorrow');
  });
});

describe('countdown', () => {
  it.each([
    [45, 'in 45 seconds'],
    [60, 'in 1 minute'],
    [12 * 60, 'in 12 minutes'],
    [3 * 3600, 'in 3 hours'],
    [35 * 3600, 'in 35 hours'],
    [47 * 3600, 'in 2 days'],
  ])('%i seconds are "%s"', (left, words) => {
    expect(countdown(NOON + left, NOON, 'en')).toBe(words);
  });

  it('says nothing when it is over or far away', () => {
    expect(countdown(NOON, NOON, 'en')).toBeNull();
    expect(countdown(NOON + 3 * 86_400, NOON, 'en')).toBeNull();
  });

  it('speaks Russian', () => {
    expect(countdown(NOON + 12 * 60, NOON, 'ru')).toBe('через 12 минут');
  });
});

it('shows a meeting’s length', () => {
  expect([0, 9, 247, 3847, -5].map(clock)).toEqual(['0:00', '0:09', '4:07', '1:04:07', '0:00']);
});

it('keeps the browser’s variety of the language', () => {
  expect(regional('en', ['ru-RU', 'en-GB'])).toBe('en-GB');
  expect(regional('ru', ['en-US'])).toBe('ru');
});
