import { afterEach, expect, it } from 'vitest';
import { pictures, queueWords, speak, t, timeLeft } from './words.ts';

afterEach(() => speak('en'));

const none = { running: 0, skipped: 0, failed: 0, cancelled: 0 };
const queue = { working: true, paused: false, total: 12, finished: 6, ...none, fraction: 0.5 };

it('says how long it takes without flicker', () => {
  expect(timeLeft(400)).toBe('1 s left');
  expect(timeLeft(83_000)).toBe('1 min 20 s left');
  expect(timeLeft(7_500_000)).toBe('2 h 5 min left');
});

it('says what the queue does and how it went', () => {
  expect(queueWords({ ...queue, millisecondsLeft: 80_000 })).toBe('Restoring 7 of 12 · 1 min 20 s left');
  expect(queueWords({ ...queue, paused: true, running: 1 })).toBe('Pausing after this picture');
  expect(queueWords({ ...queue, paused: true })).toBe('Paused · 6 pictures left');
  const over = { ...queue, working: false, finished: 12, fraction: 1 };
  expect(queueWords(over)).toBe('12 done');
  expect(queueWords({ ...over, skipped: 1, failed: 2, cancelled: 9 })).toBe(
    '1 skipped, 2 failed, 9 cancelled',
  );
  expect(queueWords({ ...over, total: 0 })).toBe('Ready');
  expect(pictures(1)).toBe('1 picture');
});

it('speaks another language from one moment to the next', () => {
  speak('de');
  expect([pictures(1), pictures(12)]).toEqual(['1 Bild', '12 Bilder']);
  speak('en');
  expect(pictures(2)).toBe('2 pictures');
});

it('takes no word that is not in the catalogue, and counts what is to be counted', () => {
  // @ts-expect-error: no such key
  expect(t('units.nothing')).toBe('units.nothing');
  // @ts-expect-error: without the count there is no plural form to choose
  t('units.pictures');
});
