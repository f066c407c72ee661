import { afterEach, expect, it } from 'vitest';
import {
  goodFor,
  megabytes,
  queueWords,
  seconds,
  speak,
  t,
  tenths,
  timeLeft,
  whatHappened,
} from './words.ts';

afterEach(() => speak('en'));

const none = { running: 0, skipped: 0, failed: 0, cancelled: 0 };
const queue = {
  working: true,
  of: 'pictures',
  paused: false,
  total: 12,
  finished: 6,
  ...none,
  fraction: 0.5,
} as const;

it('says how long it takes without flicker', () => {
  expect(timeLeft(400)).toBe('1 s left');
  expect(timeLeft(83_000)).toBe('1 min 20 s left');
  expect(timeLeft(7_500_000)).toBe('2 h 5 min left');
});

it('says how long a network ran, in two digits where that is short', () => {
  expect([43.4, 1437, 12_300, 83_000].map(seconds)).toEqual(['0.043 s', '1.4 s', '12 s', '1 min 20 s']);
  speak('de');
  expect(seconds(1437)).toBe('1,4 s');
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
  expect(queueWords({ ...queue, paused: true, finished: 11 })).toBe('Paused · 1 picture left');
  expect(queueWords({ ...queue, of: 'clips' })).toBe('Interpolating 7 of 12');
  expect(queueWords({ ...queue, of: 'both', paused: true })).toBe('Paused · 6 left');
});

it('speaks another language from one moment to the next', () => {
  const said = () => [
    queueWords({ ...queue, millisecondsLeft: 80_000 }),
    queueWords({ ...queue, paused: true, finished: 11 }),
    megabytes(1_500_000),
    tenths(1234.56),
  ];
  const english = said();
  expect(english.slice(2)).toEqual(['1.5 MB', '1234.6']);
  speak('de');
  expect(said()).toEqual([
    'Bild 7 von 12 in Arbeit · noch 1 min 20 s',
    'Angehalten · noch 1 Bild',
    '1,5 MB',
    '1234,6',
  ]);
  speak('en');
  expect(said()).toEqual(english);
});

it('takes no word that is not in the catalogue, and counts what is to be counted', () => {
  // @ts-expect-error: no such key
  expect(t('queue.nothing')).toBe('queue.nothing');
  // @ts-expect-error: without the count there is no plural form to choose
  t('queue.paused.pictures');
});

it('says names as they are, whatever is in them', () => {
  const name = '{{name}} $t(language) <b>&amp;</b>.png';
  expect(t('canvas.reading', { name })).toBe(`Reading ${name}…`);
});

it('says what a model is good for, in its own words where there are no others', () => {
  const own = { family: 'span', goodFor: 'Clean photographs.' };
  expect(goodFor(own)).toBe('Clean photographs.');
  speak('de');
  expect(goodFor(own)).toMatch(/^Saubere Fotos/);
  expect(goodFor({ ...own, family: 'of-somebody' })).toBe('Clean photographs.');
});

it('says what kind of failure it was before English words', () => {
  const error = { code: 'input/unreadable', message: 'a.png ends early.', hint: 'Copy it again.' } as const;
  expect(whatHappened(error)).toBe('a.png ends early.');
  speak('de');
  expect(whatHappened(error)).toBe('Nicht lesbar – a.png ends early.');
});
