import { spawnSync } from 'node:child_process';
import path from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { gesso, homeWithModels, sample, scratch } from './support/gesso.ts';
import { drawn, largestDifference, motif, pixels } from './support/pictures.ts';

let home: string;
let folder: string;
beforeAll(async () => {
  home = await homeWithModels();
  folder = scratch();
});

async function restored(file: string, name: string, ...args: string[]) {
  const { events, stderr } = await gesso(
    ['restore', file, '--json', '--name', name, '--out', folder, ...args],
    { home },
  );
  const item = events.find(({ event }) => event === 'item');
  if (!item?.output) throw new Error(`${JSON.stringify(item)} ${stderr}`);
  return { item, ...(await pixels(String(item.output))) };
}

describe('tiles', () => {
  it.each(['span-x2', 'span-x4'])(
    'of %s equal the whole within 2 of 255, everywhere, on a photograph',
    async (model) => {
      const input = path.join(folder, 'crop.png');
      await sharp(sample('chelsea.png'))
        .extract({ left: 60, top: 20, width: 300, height: 260 })
        .png()
        .toFile(input);
      const whole = await restored(input, `${model}-whole`, '--model', model, '--tile', '512');
      expect(whole.item.tiles).toBe(1);
      for (const tile of [66, 100, 128]) {
        const tiled = await restored(input, `${model}-${tile}`, '--model', model, '--tile', String(tile));
        expect(tiled.item.tiles).toBeGreaterThan(4);
        expect(largestDifference(whole.data, tiled.data)).toBeLessThanOrEqual(2);
      }
    },
  );

  it('get smaller when memory runs out', async (test) => {
    if (spawnSync('prlimit', ['--version']).status !== 0) return test.skip('needs prlimit (Linux)');
    const input = sample('coffee.png');
    const whole = await restored(input, 'roomy', '--scale', '4');
    const within = async (megabytes: number) => {
      const args = [
        'restore',
        input,
        '--scale',
        '4',
        '--json',
        '--name',
        `tight-${megabytes}`,
        '--out',
        folder,
      ];
      const { events } = await gesso(args, { home, prefix: ['prlimit', `--data=${megabytes * 1e6}`] });
      return events.find(({ event, output }) => event === 'item' && output);
    };
    // Where the limit bites depends on the machine and its Node: between where all of it runs at once and where nothing does.
    let smaller: Record<string, unknown> | undefined;
    for (let [none, all] = [350, 1700]; all - none > 25 && !smaller; ) {
      const middle = Math.round((none + all) / 2);
      const item = await within(middle);
      if (!item) none = middle;
      else if (Number(item.tiles) > Number(whole.item.tiles)) smaller = item;
      else all = middle;
    }
    expect(smaller).toBeDefined();
    const { data } = await pixels(String(smaller?.output));
    expect(largestDifference(whole.data, data)).toBeLessThanOrEqual(2);
  });

  it('leave no seam in flat grey', async () => {
    const input = path.join(folder, 'flat.png');
    for (const level of [0, 30, 127, 250, 255]) {
      await drawn(200, 150, 3, () => level)
        .png()
        .toFile(input);
      const { data } = await restored(input, `flat-${level}`, '--tile', '66', '--existing', 'overwrite');
      // Between tiles and within them the same: nothing but the network's own answer to that grey.
      const spread = data.reduce((high, v) => Math.max(high, v)) - data.reduce((low, v) => Math.min(low, v));
      expect(spread).toBeLessThanOrEqual(2);
    }
  });

  it('leave no seam in a smooth gradient', async () => {
    const input = path.join(folder, 'ramp.png');
    await drawn(240, 120, 3, (x) => x)
      .png()
      .toFile(input);
    const { data, width } = await restored(input, 'ramp', '--tile', '66');
    for (let x = 4; x < width - 8; x++) {
      const step = data[(60 * width + x + 1) * 3]! - data[(60 * width + x) * 3]!;
      expect(Math.abs(step)).toBeLessThanOrEqual(2);
    }
  });

  it.each([
    [1, 1],
    [2, 1],
    [1, 7],
    [3, 500],
    [16, 4000],
    [257, 33],
  ])('take a picture of %i x %i', async (width, height) => {
    const input = path.join(folder, `${width}x${height}.png`);
    await drawn(width, height, 3, motif).png().toFile(input);
    const made = await restored(input, `${width}x${height}-out`);
    expect([made.width, made.height]).toEqual([width * 2, height * 2]);
  });
});
