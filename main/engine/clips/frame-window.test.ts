import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { ratio } from '../../../contract/time.ts';
import type { VideoFrame } from '../media/video/frame-planes.ts';
import { type FrameSource, noLosses } from '../media/video/frame-source.ts';
import { FrameWindow } from './frame-window.ts';
import type { Timeline } from './source-times.ts';

const COUNT = 40;
const freed = { frames: 0, made: 0 };

function source(): FrameSource {
  return {
    ...{ file: 'clip.mkv', base: ratio(1, 25), start: 0n, losses: noLosses() },
    async *frames(from = 0n) {
      for (let ticks = from; ticks < BigInt(COUNT); ticks += 1n)
        yield { frame: { free: () => freed.frames++ } as unknown as VideoFrame, ticks, duration: 1n };
    },
    sideData: () => [],
    close: async () => {},
  };
}

const timeline = { count: COUNT, ticksOf: (i: number) => BigInt(i) } as Timeline;
const maker = {
  prepare: async () => ({
    dispose: () => {
      freed.made++;
    },
  }),
};

test('keeps nothing of a film that has gone by, though somebody still has its first frame', async () => {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  const window = new FrameWindow(source(), timeline, maker);
  const first = await window.at(0);
  const gone: WeakRef<object>[] = [];
  // As segments are made: what comes of two frames knows both of them.
  for (let i = 0; i + 1 < COUNT; i += 1) {
    const [own, next] = [await window.at(i), await window.beside(i + 1)];
    const work = (async () => {
      await Promise.all([own.made(), next.made()]);
      return { free: () => [own, next] };
    })();
    own.usedBy(work);
    next.usedBy(work);
    await work;
    if (i > 0) gone.push(new WeakRef(own));
  }
  await window.close();
  await new Promise((resolve) => setTimeout(resolve, 10));
  gc();
  // The last ones may still lie about in the machine's registers.
  expect(gone.slice(0, -2).filter((held) => held.deref() !== undefined)).toHaveLength(0);
  expect(first.frame).toBeDefined();
  expect(freed).toEqual({ frames: COUNT, made: COUNT });
});
