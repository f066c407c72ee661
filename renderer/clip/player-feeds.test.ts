import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ratio } from '../../contract/time.ts';
import type { ItemView } from '../../contract/views.ts';
import { getState } from '../app/store.ts';
import { getClip, type Looked } from './clip-store.ts';
import type { Now } from './player-now.ts';

/** What main is asked for, and how it answers. */
const asked = vi.hoisted(() => [] as { of: string; from: string; to: string; turn: number }[]);
const page = vi.hoisted(() => ({ hear: (_: unknown) => {} }));
vi.mock('../app/bridge.ts', () => ({
  bridge: {
    onClipFrame: (hear: (frame: unknown) => void) => {
      page.hear = hear;
    },
    readFrames: (args: (typeof asked)[number]) => {
      asked.push(args);
      return { outcome: new Promise(() => {}), cancel: () => {} };
    },
  },
}));
vi.mock('../canvas/pictures.ts', () => ({ decode: async () => ({}) }));
vi.stubGlobal('createImageBitmap', async () => ({ width: 2, height: 2, close: () => {} }));

const { PlayerFeeds } = await import('./player-feeds.ts');
const { resultSide } = await import('./result-side.ts');
const { stepIn } = await import('./step.ts');

const times = Array.from({ length: 48 }, (_, i) => i / 24);
const looked: Looked = {
  ...{ times, end: 2, rate: ratio(24), nominalRate: ratio(24) },
  ...{ changes: times.map(() => 0), repeats: [] },
};
const result = { name: 'a.mp4', model: 'rife', rate: '48', framesOut: 96, notes: [] };
const item: ItemView = { id: 'item', job: 'job', status: 'done', result };

/** Both sides are to be seen: the clip, and its result as a file of twice as many frames. */
function both(): Now {
  const state = { ...getState(), selected: 'clip' };
  const clip = { ...getClip(), key: 'clip', looked };
  const side = resultSide(looked, stepIn(state), item, clip);
  return { clip, state, looked, side, needs: { source: true, result: true } };
}

/** A frame comes: of a call for the source or for the result, at a time of that side. */
async function comes(of: string, time: number): Promise<void> {
  const { turn } = asked.findLast((call) => call.of === of)!;
  page.hear({ turn, index: 0, time, made: false, url: 'any', fraction: 0 });
  await new Promise((resolve) => setTimeout(resolve));
}

beforeEach(() => {
  asked.length = 0;
});

describe('the feeds of the player', () => {
  it('are ready for a moment only when both sides have their frame of it', async () => {
    const feeds = new PlayerFeeds(() => {});
    const now = both();
    feeds.follow(now);
    const moment = 0.5 + 1 / 48;
    feeds.want(now, moment);
    expect(feeds.isReady(now, moment, false)).toBe(false);
    await comes('source', 0.5);
    expect(feeds.isReady(now, moment, false)).toBe(false);
    // The frame before it is not the one.
    await comes('result', 0.5);
    expect(feeds.isReady(now, moment, false)).toBe(false);
    await comes('result', 0.5 + 1 / 48);
    expect(feeds.isReady(now, moment, false)).toBe(true);
    // After a pause, more of both has to be there.
    expect(feeds.isReady(now, moment, true)).toBe(false);
    feeds.dispose();
  });

  it('ask at exact moments, each side in its own time', () => {
    const feeds = new PlayerFeeds(() => {});
    const now = both();
    feeds.follow(now);
    feeds.want(now, 0.5 + 1 / 48);
    expect(asked.map(({ of, from }) => [of, from])).toEqual([
      ['source', '1/2'],
      ['result', '25/48'],
    ]);
    feeds.dispose();
  });

  it('let go of the frames of another clip', async () => {
    const feeds = new PlayerFeeds(() => {});
    const now = both();
    feeds.follow(now);
    feeds.want(now, 0.5);
    await comes('source', 0.5);
    const { shelf } = feeds.source!;
    expect(shelf.size).toBe(1);
    feeds.follow({ ...now, clip: { ...now.clip, key: 'other' } });
    expect(shelf.size).toBe(0);
    feeds.follow(undefined);
    expect(feeds.source).toBeUndefined();
    expect(feeds.result).toBeUndefined();
  });
});
