import { describe, expect, it } from 'vitest';
import { browserKind } from './devices';
import { pickLanguage } from './i18n';
import { initials, personColor } from './person';
import { parseRoute } from './routes';

describe('parseRoute', () => {
  it('knows the addresses', () => {
    expect(parseRoute('/')).toEqual({ page: 'home' });
    expect(parseRoute('/c/123')).toEqual({ page: 'join', id: '123' });
    expect(parseRoute('/c/123/register')).toEqual({ page: 'register', id: '123' });
    expect(parseRoute('/webrtc/a%40b/')).toEqual({ page: 'meeting', id: 'a@b' });
  });

  it('shows home for what it does not know', () => {
    for (const path of ['/c/', '/c/1/2', '/webrtc/1/register', '/x/1', '/c/%E0%A4%A']) expect(parseRoute(path)).toEqual({ page: 'home' });
  });
});

it('the embedding page’s language wins, then the person’s, then the browser’s', () => {
  expect(pickLanguage('ru', 'en', ['en'])).toBe('ru');
  expect(pickLanguage(null, 'ru', ['en'])).toBe('ru');
  expect(pickLanguage('xx', null, ['de-DE', 'ru-RU', 'en'])).toBe('ru');
  expect(pickLanguage(null, null, ['de-DE'])).toBe('en');
});

describe('a person without a picture', () => {
  it.each([
    ['Ada Lovelace', 'AL'],
    ['  ada ', 'A'],
    ['Анна Мария Иванова', 'АИ'],
    ['😀 Smile', '😀S'],
    ['', '?'],
  ])('%s is %s', (name, letters) => {
    expect(initials(name)).toBe(letters);
  });

  it('has one colour for good', () => {
    expect(personColor('ada@server')).toBe(personColor('ada@server'));
    const colors = new Set(Array.from({ length: 200 }, (_, index) => personColor(`user${index}@server`)));
    expect(colors.size).toBe(8);
  });
});

it.each([
  ['Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36', 'chrome'],
  ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Safari/605.1.15', 'safari'],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'firefox'],
  ['Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Mobile Safari/604.1', 'ios'],
  ['Mozilla/5.0 (Linux; Android 16; K) AppleWebKit/537.36 Chrome/156.0.0.0 Mobile Safari/537.36', 'android'],
  ['Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Mobile [FBAN/FBIOS;FBAV/500.0]', 'inApp'],
])('%s is %s', (agent, kind) => {
  expect(browserKind(agent)).toBe(kind);
});
