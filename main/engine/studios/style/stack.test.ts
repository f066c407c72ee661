import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Channels, Depth } from '../../../../contract/raster.ts';
import { Spool } from '../../media/spool.ts';
import { sampleRows } from '../../media/spool-rows.ts';
import { type StackedLayer, stackLayers } from './stack.ts';

const WIDTH = 37;
const HEIGHT = 70;

let folder: string;
let opened: Spool[];
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'gesso-stack-'));
  opened = [];
});
afterEach(async () => {
  for (const spool of opened) await spool.close();
  rmSync(folder, { recursive: true, force: true });
});

type At = (x: number, y: number, c: number) => number;

async function spoolOf(channels: Channels, depth: Depth, at: At): Promise<Spool> {
  const file = path.join(folder, `${opened.length}.v`);
  const spool = await Spool.create(file, { width: WIDTH, height: HEIGHT, channels, depth });
  opened.push(spool);
  const { bytes, values } = spool.samples(1);
  for (let y = 0; y < HEIGHT; y++) {
    for (let i = 0; i < values.length; i++) values[i] = at(Math.floor(i / channels), y, i % channels);
    await spool.appendRow(bytes);
  }
  await spool.finish();
  return spool;
}

async function samplesOf(spool: Spool): Promise<number[]> {
  const all: number[] = [];
  const max = spool.depth === 8 ? 255 : 65535;
  for await (const planes of sampleRows(spool, [...Array(spool.channels).keys()]))
    for (let x = 0; x < WIDTH; x++) for (const plane of planes) all.push(Math.round(plane[x]! * max));
  return all;
}

const picture = (depth: Depth, channels: Channels = 3) =>
  spoolOf(channels, depth, (x, y, c) => (x * 977 + y * 331 + c * 7001) % (depth === 8 ? 256 : 65536));
const painted = (depth: Depth) =>
  spoolOf(3, depth, (x, y, c) => (x * 113 + y * 577 + c * 91 + 50) % (depth === 8 ? 256 : 65536));

async function stacked(base: Spool, layers: readonly StackedLayer[]): Promise<number[]> {
  const { width, height, depth, channels } = base;
  const file = path.join(folder, `${opened.length}.v`);
  const target = await Spool.create(file, { width, height, depth, channels });
  opened.push(target);
  await stackLayers({ base, layers, picture: base, target, checkpoint: () => {}, progress: () => {} });
  await target.finish();
  return samplesOf(target);
}

const PLAIN = { mask: undefined, opacity: 1, blend: 'normal' } as const;

describe('layers over a picture', () => {
  it.each<[Depth, Channels]>([
    [8, 3],
    [16, 3],
    [16, 4],
  ])(
    'of %i bits and %i channels: none, and those that cover nothing, leave it as it is',
    async (depth, channels) => {
      const base = await picture(depth, channels);
      const spool = await painted(depth);
      const black = await spoolOf(1, 8, () => 0);
      const own = await samplesOf(base);
      expect(await stacked(base, [])).toEqual(own);
      expect(await stacked(base, [{ ...PLAIN, spool, opacity: 0, blend: 'difference' }])).toEqual(own);
      expect(await stacked(base, [{ ...PLAIN, spool, mask: black, blend: 'multiply' }])).toEqual(own);
    },
  );

  it.each<Depth>([8, 16])('of %i bits: a normal one that covers all is the result', async (depth) => {
    const [base, spool] = [await picture(depth), await painted(depth)];
    expect(await stacked(base, [{ ...PLAIN, spool }])).toEqual(await samplesOf(spool));
  });

  it("keeps the picture's own transparency, whatever lies over it", async () => {
    const base = await picture(8, 4);
    const spool = await painted(8);
    const made = await stacked(base, [{ ...PLAIN, spool, opacity: 0.5 }]);
    const own = await samplesOf(base);
    expect(made.filter((_, i) => i % 4 === 3)).toEqual(own.filter((_, i) => i % 4 === 3));
  });

  it('shows by mask times opacity, the upper ones over the lower', async () => {
    const base = await spoolOf(3, 8, () => 200);
    const lower = await spoolOf(3, 8, () => 100);
    const upper = await spoolOf(3, 8, () => 50);
    const mask = await spoolOf(1, 8, (x) => (x < 10 ? 0 : x < 20 ? 51 : 255));
    const made = await stacked(base, [
      { ...PLAIN, spool: lower },
      { ...PLAIN, spool: upper, mask, opacity: 0.5 },
    ]);
    expect([0, 15, 30].map((x) => made[3 * x])).toEqual([100, 95, 75]);
    const turned = await stacked(base, [
      { ...PLAIN, spool: upper, mask, opacity: 0.5 },
      { ...PLAIN, spool: lower },
    ]);
    expect(new Set(turned)).toEqual(new Set([100]));
  });
});
