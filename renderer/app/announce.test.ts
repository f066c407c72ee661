import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { speak } from '../ui/words.ts';
import { announcementOf, type Heard } from './announce.ts';

beforeAll(() => speak('en'));

const idle = {
  working: false,
  of: 'pictures' as const,
  total: 0,
  running: 0,
  paused: false,
  finished: 0,
  skipped: 0,
  failed: 0,
  cancelled: 0,
  fraction: 0,
};
const model = (id: string, installed: boolean) =>
  ({ id, name: id.toUpperCase(), installed }) as Heard['models'][number];
const heard = (over: Partial<Heard> = {}): Heard => ({
  phase: 'ready',
  queue: idle,
  preview: undefined,
  installing: undefined,
  models: [model('one', false)],
  measuring: undefined,
  moving: undefined,
  isVerifying: false,
  appSettings: { device: 'auto', memoryLimit: 'auto', shortcuts: {} },
  ...over,
});
const working = { ...idle, working: true, total: 3, running: 1 };
const queue = (over: Partial<Heard['queue']>) => heard({ queue: { ...working, ...over } });
const cancel = () => {};

describe('what is said aloud', () => {
  const changes: [string, Heard, Heard, string | undefined][] = [
    ['the queue begins', heard(), queue({}), 'Restoring 3 pictures'],
    ['a picture is done', queue({}), queue({ finished: 1, fraction: 0.4 }), undefined],
    [
      'a picture fails',
      queue({}),
      queue({ finished: 1, failed: 1 }),
      '1 picture failed. The queue says why.',
    ],
    [
      'the last one fails',
      queue({}),
      heard({ queue: { ...idle, total: 3, finished: 3, failed: 1 } }),
      'Restoring is over: 2 done, 1 failed',
    ],
    ['it is held', queue({}), queue({ paused: true }), 'Pausing after this picture'],
    [
      'it rests',
      queue({ paused: true }),
      queue({ paused: true, running: 0, finished: 1 }),
      'Paused · 2 pictures left',
    ],
    ['it goes on', queue({ paused: true }), queue({}), 'Restoring goes on'],
    ['the list is cleared', queue({}), heard(), undefined],
    ['a preview begins', heard(), heard({ preview: { isWorking: true, fraction: 0 } }), undefined],
    [
      'a preview is there',
      heard({ preview: { isWorking: true, fraction: 0.9 } }),
      heard({ preview: { isWorking: false, fraction: 1 } }),
      'The preview is there',
    ],
    ['a preview is closed', heard({ preview: { isWorking: true, fraction: 0.9 } }), heard(), undefined],
    [
      'a model begins to come',
      heard(),
      heard({ installing: { id: 'one', phase: 'fetch', fraction: 0, cancel } }),
      'Installing ONE',
    ],
    ['a model is there', heard(), heard({ models: [model('one', true)] }), 'ONE is installed'],
    ['the window opens', heard({ phase: 'loading', models: [] }), queue({}), undefined],
  ];
  it.each(changes)('when %s', (_when, before, after, said) => {
    expect(announcementOf(before, after)?.text).toBe(said);
  });

  it('a failure is urgent, all else waits for a pause', () => {
    expect(announcementOf(queue({}), queue({ failed: 1, finished: 1 }))?.isUrgent).toBe(true);
    expect(announcementOf(heard(), queue({}))?.isUrgent).toBe(false);
  });
});

const fraction = fc.double({ min: 0, max: 1, noNaN: true });
const state = fc
  .record({
    working: fc.boolean(),
    paused: fc.boolean(),
    failed: fc.integer({ min: 0, max: 2 }),
    running: fc.integer({ min: 0, max: 1 }),
    isPreviewing: fc.boolean(),
    isInstalling: fc.boolean(),
    isInstalled: fc.boolean(),
  })
  .map(
    ({ isPreviewing, isInstalling, isInstalled, ...over }) =>
      (at: number, left: number) =>
        heard({
          queue: { ...working, finished: 2, fraction: at, millisecondsLeft: left, ...over },
          preview: isPreviewing ? { isWorking: true, fraction: at } : undefined,
          installing: isInstalling
            ? { id: 'one', phase: at > 0.5 ? 'convert' : 'fetch', fraction: at, cancel }
            : undefined,
          models: [model('one', isInstalled)],
        }),
  );

it('nothing is said of a mere percent', () => {
  fc.assert(
    fc.property(state, fraction, fraction, fc.nat(), (at, before, after, left) => {
      expect(announcementOf(at(before, left), at(after, left >> 1))).toBeUndefined();
    }),
  );
});

it('a change is said once: what has been said of is not said again while nothing else changes', () => {
  fc.assert(
    fc.property(state, state, fraction, (one, other, at) => {
      const said = announcementOf(one(at, 0), other(at, 0));
      if (said) expect(said.text).not.toBe('');
      expect(announcementOf(other(at, 0), other(at, 0))).toBeUndefined();
    }),
  );
});
