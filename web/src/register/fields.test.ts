import { expect, it } from 'vitest';
import { kindOf, wordsFor, wrongOf } from './fields';

const t = (key: string) => `<${key}>`;

it('names the fields it knows, and makes a name of the organiser’s own readable', () => {
  expect(wordsFor('email', t)).toBe('<register.field.email>');
  expect(wordsFor('dietary_needs', t)).toBe('Dietary needs');
  expect(wordsFor('Город', t)).toBe('Город');
});

it('lets the browser help with what it knows', () => {
  expect(kindOf('email').type).toBe('email');
  expect(kindOf('anything').type).toBe('text');
});

it('puts the server’s reasons at their fields', () => {
  const places = { 'fields.display_name': 'missingRequiredField', 'fields.email': 'invalidParameter', 'fields.company': 'invalidParameter', other: 'x' };
  expect(wrongOf(places)).toEqual({ display_name: 'missing', email: 'email', company: 'long' });
});
