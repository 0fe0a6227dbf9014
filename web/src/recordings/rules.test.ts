import { describe, expect, it } from 'vitest';
import { bytes, firstLook, grows, here, otherSpeed, passes, problemOf, withTicket } from './rules';

describe('recordings', () => {
  it('go on until they are ended, however often they stop', () => {
    expect((['on', 'paused', 'interrupted', 'waiting', 'starting'] as const).every(grows)).toBe(true);
    expect((['ending', 'unfinished'] as const).some(grows)).toBe(false);
  });

  it('tells sizes in words', () => {
    expect(bytes(0, 'en')).toBe('0 byte');
    expect(bytes(812_000, 'en')).toBe('812 kB');
    expect(bytes(4_260_000, 'en')).toBe('4.3 MB');
    expect(bytes(34_260_000, 'en')).toBe('34 MB');
    expect(bytes(1_260_000_000, 'en')).toBe('1.3 GB');
  });

  it('show themselves with a picture from a moment later, short ones from their middle', () => {
    expect(firstLook(3600)).toBe(1.8);
    expect(firstLook(1)).toBe(0.5);
  });

  it('goes through the speeds and stays at their ends', () => {
    expect(otherSpeed(1, 1)).toBe(1.25);
    expect(otherSpeed(1, -1)).toBe(0.75);
    expect(otherSpeed(0.75, -1)).toBe(0.75);
    expect(otherSpeed(2, 1)).toBe(2);
  });

  it('renews only the ticket of an address', () => {
    expect(withTicket('https://a.test/recordings/7/3.m4s?ticket=old', '/recordings/7/index.m3u8?ticket=1.new')).toBe('/recordings/7/3.m4s?ticket=1.new');
    expect(here('http://inside:8443/recordings/7/file?ticket=1.x')).toBe('/recordings/7/file?ticket=1.x');
  });

  it('knows the words for a refusal', () => {
    expect(problemOf('recordingNotFound')).toBe('notFound');
    expect(problemOf('offline')).toBe('offline');
    expect(problemOf('somethingNew')).toBe('unknown');
    expect(problemOf('serviceUnavailable')).toBe('away');
  });

  it('are asked for again where that may help', () => {
    expect(['serviceUnavailable', 'offline', 'ticketInvalid'].every(passes)).toBe(true);
    expect(['recordingNotFound', 'recordingCannotBePlayed', 'outOfReach'].some(passes)).toBe(false);
  });
});
