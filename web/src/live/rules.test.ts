import { expect, it } from 'vitest';
import type { LiveView } from '../shared/api.types';
import { askAgain, endsWatching, here, isAway, mayJoin, phaseOf, reasonWords } from './rules';

const view = (state: LiveView['state']) => ({ state }) as LiveView;

it('a meeting that was seen has ended, one that was not waits', () => {
  expect(phaseOf({ refused: false, hasPlayed: false })).toBe('loading');
  expect(phaseOf({ view: view('waiting'), refused: false, hasPlayed: false })).toBe('waiting');
  expect(phaseOf({ view: view('waiting'), refused: false, hasPlayed: true })).toBe('over');
  expect(phaseOf({ view: view('on'), refused: false, hasPlayed: true })).toBe('on');
  expect(phaseOf({ view: view('busy'), refused: false, hasPlayed: true })).toBe('busy');
  expect(phaseOf({ refused: true, hasPlayed: false })).toBe('refused');
  expect(phaseOf({ refused: true, hasPlayed: true })).toBe('over');
});

it('a conference that is gone has ended, a server that is away has not', () => {
  expect(endsWatching('conferenceNotFound')).toBe(true);
  expect(endsWatching('offline')).toBe(false);
  expect(endsWatching('liveIsFull')).toBe(false);
  expect([isAway('offline'), isAway('pinRequired')]).toEqual([true, false]);
});

it('each reason has words, and some a way on', () => {
  expect([reasonWords('pinRequired'), reasonWords('somethingElse')]).toEqual(['pinRequired', 'unknown']);
  expect([mayJoin('pinRequired'), mayJoin('conferenceNotFound')]).toEqual([true, false]);
});

it('asks most often while the picture is coming', () => {
  expect(askAgain('starting')).toBeLessThan(askAgain('on'));
  expect(askAgain('on')).toBeLessThan(30_000);
});

it('addresses are those of the page', () => {
  expect(here('http://inside:8443/live/k/live.m3u8?viewer=v')).toBe('/live/k/live.m3u8?viewer=v');
});
