import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../contract/bridge.ts';
import { FrameFeed } from './frame-feed.ts';
import type { Stretch } from './playback.ts';

/** A side of 100 frames, one a second, and the calls that it makes. */
function side() {
  const calls: {
    stretch: Stretch;
    isCancelled: boolean;
    tell(frame: number): void;
    end(outcome?: Outcome<unknown>): Promise<void>;
  }[] = [];
  const failures: string[] = [];
  const feed = new FrameFeed({
    count: 100,
    ask(stretch, heard) {
      let settle = (_: Outcome<unknown>) => {};
      const outcome = new Promise<Outcome<unknown>>((resolve) => {
        settle = resolve;
      });
      const call = {
        stretch,
        isCancelled: false,
        tell: (frame: number) => heard({ time: frame, made: false, fraction: 0, bitmap: bitmap() }),
        end: async (ended: Outcome<unknown> = { ok: true, value: undefined }) => {
          settle(ended);
          await outcome;
          await Promise.resolve();
        },
      };
      calls.push(call);
      return { outcome, cancel: () => (call.isCancelled = true) };
    },
    numberOf: Math.round,
    changed: () => {},
    failed: ({ code }) => failures.push(code),
  });
  return { feed, calls, failures };
}

const bitmap = () => ({ width: 2, height: 2, close() {} }) as unknown as ImageBitmap;
const error = (code: 'job/cancelled' | 'input/unreadable') =>
  ({ ok: false, error: { code, message: '', hint: '' } }) as const;

describe('the feed of a side', () => {
  it('asks once for what is wanted, and again when half of it has been shown', async () => {
    const { feed, calls } = side();
    feed.want(10, 20, false);
    feed.want(11, 20, false);
    expect(calls.map(({ stretch }) => stretch)).toEqual([{ from: 10, to: 30 }]);
    for (let frame = 10; frame < 30; frame += 1) calls[0]!.tell(frame);
    await calls[0]!.end();
    feed.want(22, 20, false);
    expect(calls[1]!.stretch).toEqual({ from: 30, to: 42 });
  });

  it('cuts off a call whose frames nobody wants any more', () => {
    const { feed, calls } = side();
    feed.want(10, 20, false);
    feed.want(60, 20, false);
    expect(calls[0]!.isCancelled).toBe(true);
    expect(calls[1]!.stretch.from).toBe(60);
  });

  it('asks for one frame at a time while the playhead is dragged, and lets each come', async () => {
    const { feed, calls } = side();
    feed.want(10, 20, true);
    feed.want(40, 20, true);
    expect(calls.map(({ stretch }) => stretch)).toEqual([{ from: 10, to: 11 }]);
    expect(calls[0]!.isCancelled).toBe(false);
    calls[0]!.tell(10);
    await calls[0]!.end();
    feed.want(40, 20, true);
    expect(calls[1]!.stretch).toEqual({ from: 40, to: 41 });
  });

  it('does not ask again for a frame that did not come', async () => {
    const { feed, calls } = side();
    feed.want(98, 2, false);
    calls[0]!.tell(98);
    await calls[0]!.end();
    expect(feed.isSettled(99)).toBe(true);
    expect(feed.shelf.has(99)).toBe(false);
    feed.want(99, 2, false);
    expect(calls.filter(({ stretch }) => stretch.to > 98)).toHaveLength(1);
  });

  it('tells of a failure once, and never of a cancel, after which it asks again', async () => {
    const { feed, calls, failures } = side();
    feed.want(10, 20, false);
    await calls[0]!.end(error('job/cancelled'));
    expect(failures).toEqual([]);
    feed.want(10, 20, false);
    expect(calls).toHaveLength(2);
    await calls[1]!.end(error('input/unreadable'));
    expect(failures).toEqual(['input/unreadable']);
    feed.want(10, 20, false);
    expect(calls.filter(({ stretch }) => stretch.from === 10)).toHaveLength(2);
  });

  it('is full when some of what follows is there too', () => {
    const { feed, calls } = side();
    feed.want(10, 20, false);
    calls[0]!.tell(10);
    expect(feed.isSettled(10)).toBe(true);
    expect(feed.isFull(10)).toBe(false);
    for (let frame = 11; frame < 17; frame += 1) calls[0]!.tell(frame);
    expect(feed.isFull(10)).toBe(true);
    feed.want(98, 20, false);
    calls[1]!.tell(98);
    calls[1]!.tell(99);
    // There is no more of it.
    expect(feed.isFull(98)).toBe(true);
  });

  it('lets go of everything when it goes away', () => {
    const { feed, calls } = side();
    feed.want(10, 20, false);
    calls[0]!.tell(10);
    feed.dispose();
    expect(calls[0]!.isCancelled).toBe(true);
    expect(feed.shelf.size).toBe(0);
  });
});
