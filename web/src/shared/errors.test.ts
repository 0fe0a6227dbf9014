import { expect, it } from 'vitest';
import en from '../locales/en.json';
import ru from '../locales/ru.json';
import { knownReason, knownReasons, signInReason, wayOn } from './errors';

it.each(knownReasons)('%s has a title and a way on in words, in both languages', (reason) => {
  for (const texts of [en, ru] as { error: Record<string, { title?: string; text?: string } | string> }[]) {
    const words = texts.error[reason];
    expect(words).toMatchObject({ title: expect.any(String), text: expect.any(String) });
  }
  expect(wayOn(reason)).toBeTruthy();
});

it('tells an unknown reason as such instead of showing a code', () => {
  expect(knownReason('someNewReason')).toBe('unknown');
  expect(wayOn('someNewReason')).toBe('retry');
});

it('puts no blame and no codes into words', () => {
  const all = JSON.stringify([en.error, ru.error]).replaceAll(/"\w+":/g, '');
  expect(all).not.toMatch(/permission denied|forbidden|error \d|ошибка \d/i);
});

it.each(['InvalidCredentials', 'invalid_grant', 'offline', 'anything'])('a failed sign-in by %s has words', (reason) => {
  const key = signInReason(reason);
  expect((en.signIn.error as Record<string, string>)[key]).toBeTruthy();
  expect((ru.signIn.error as Record<string, string>)[key]).toBeTruthy();
});
