import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as ort from 'onnxruntime-node';
import sharp from 'sharp';
import { afterAll, expect, test } from 'vitest';
import type { CatalogueEntry, ModelDescriptor } from '../../contract/descriptor.ts';
import { GessoError } from '../../contract/errors.ts';
import { STATISTICS } from '../../contract/statistics.ts';
import { BandBlender } from '../../main/engine/inference/blending.ts';
import { statisticsOf } from '../../main/engine/inference/statistics-feeds.ts';
import { mirror } from '../../main/engine/inference/tile-plan.ts';
import { planTiles } from '../../main/engine/inference/tiler.ts';
import { CATALOGUE } from '../../models/catalogue/index.ts';
import { convertSource } from '../../models/library/convert.ts';
import { fetchSource } from '../../models/library/fetch/fetch.ts';
import { runnerOf } from '../../models/testing/run.ts';
import { gesso, homeWithModels, sample } from './support/gesso.ts';
import { pixels } from './support/pictures.ts';

/**
 * Networks that pool, normalise or attend over the whole picture: tiles that are given the whole picture's statistics
 * against the whole run at once, on a photograph, model by model. Bounds in steps of 255.
 */
const ROOT = path.resolve(import.meta.dirname, '../..');
const DOWNLOADS = path.join(ROOT, '.cache/downloads');
const CHECKPOINTS = path.join(
  process.env.GESSO_REFERENCE ?? path.resolve(ROOT, '../shared/expected'),
  'architectures',
);
const PICTURE = { width: 440, height: 312 };

/** Windows and pools end where they should: what is left is rounding and what the overlap lets through. */
const FROM_CHECKPOINTS: readonly [string, number, number][] = [
  ['rcan-x2.pth', 2, 1],
  ['nafnet.pth', 1, 2],
  ['realplksr-x4.pth', 4, 2],
  ['hat-x2.safetensors', 2, 1],
  ['dat-x2.pth', 2, 1],
  ['swinir-x2.safetensors', 2, 1],
  ['scunet.pth', 1, 3],
  // Its attention in a grid takes every eighth place of what it sees, and so sees other places in a tile.
  ['omnisr-x2.safetensors', 2, 12],
];
const FROM_CATALOGUE: readonly [string, number][] = [
  ['waifu2x-cunet-noise2', 2],
  ['realcugan-se-denoise3-x2', 2],
];
/**
 * MAXIM mixes places as far apart as a sixteenth of what it sees, so a tile is another picture to it, with other
 * statistics; it is given means of the tiles' own, and nothing is nearer to the whole than that.
 */
const MAXIM = { id: 'maxim-deblur', largest: 20, mean: 1 };

const work = mkdtempSync(path.join(tmpdir(), 'gesso-global-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

test.for([...FROM_CHECKPOINTS])('%s in tiles is the whole', async ([name, scale, bound], { skip }) => {
  const file = path.join(CHECKPOINTS, name);
  if (!existsSync(file)) return skip(`${file} is not here`);
  const entry = { ...CATALOGUE[0]!, id: name.split('.')[0]!, scale, task: 'upscale' as const };
  expect((await differenceOf(entry, [file])).largest).toBeLessThanOrEqual(bound);
});

test.for([...FROM_CATALOGUE])('%s in tiles is the whole', async ([id, bound], { skip }) => {
  const { entry, files } = await fetched(id, skip);
  expect((await differenceOf(entry, files)).largest).toBeLessThanOrEqual(bound);
});

test('MAXIM in tiles is near the whole', async ({ skip }) => {
  const { entry, files } = await fetched(MAXIM.id, skip);
  const { largest, mean } = await differenceOf(entry, files, 'tiles');
  expect(largest).toBeLessThanOrEqual(MAXIM.largest);
  expect(mean).toBeLessThanOrEqual(MAXIM.mean);
});

test('the command line gives all tiles of a picture the same statistics', async () => {
  const home = await homeWithModels();
  const model = 'realcugan-se-denoise3-x2';
  const input = path.join(work, 'photograph.png');
  await sharp(sample('coffee.png'))
    .extract({ left: 60, top: 40, ...PICTURE })
    .png()
    .toFile(input);
  const made = async (tile: number) => {
    const args = ['restore', input, '--model', model, '--tile', String(tile), '--name', `made-${tile}`];
    const { events, stderr } = await gesso([...args, '--out', work, '--format', 'png', '--json'], { home });
    const output = events.find(({ event }) => event === 'item')?.output;
    if (!output) throw new Error(stderr);
    return (await pixels(String(output))).data;
  };
  const [whole, tiles] = [await made(512), await made(160)];
  const mean = whole.reduce((sum, value, at) => sum + Math.abs(value - tiles[at]!), 0) / whole.length;
  // Each tile with its own is 1.2 away on average.
  expect(mean).toBeLessThan(0.8);
});

async function fetched(id: string, skip: (why: string) => void) {
  const entry = CATALOGUE.find((each) => each.id === id)!;
  const files = await fetchSource(entry.sources[0]!, path.join(work, id), { folder: DOWNLOADS }).catch(
    (thrown) => {
      if (thrown instanceof GessoError && thrown.code === 'model/fetch-failed') skip(thrown.message);
      throw thrown;
    },
  );
  return { entry, files };
}

/**
 * Differences between tiles and the whole picture, of 255.
 * @param from the tiles are given the whole picture's statistics, or the means of their own
 */
async function differenceOf(
  entry: CatalogueEntry,
  files: readonly string[],
  from: 'whole' | 'tiles' = 'whole',
): Promise<{ largest: number; mean: number }> {
  const request = { entry: { ...entry, planes: undefined }, files, outFolder: work, isOwn: true };
  const { file, descriptor } = await convertSource(request, runnerOf(ort));
  expect(descriptor.tiling).toBe('global');
  const session = await ort.InferenceSession.create(file, { logSeverityLevel: 3 });
  const picture = await photograph();
  const whole = await tiled(session, descriptor, picture, 1024, undefined);
  expect(whole.tiles).toBe(1);
  const { statistics } = from === 'whole' ? whole : await tiled(session, descriptor, picture, 160, undefined);
  const parts = await tiled(session, descriptor, picture, 160, statistics);
  expect(parts.tiles).toBeGreaterThan(1);
  await session.release();
  let [largest, sum] = [0, 0];
  whole.result.forEach((value, at) => {
    const difference = Math.abs(value - parts.result[at]!);
    largest = Math.max(largest, difference);
    sum += difference;
  });
  return { largest: largest * 255, mean: (sum / whole.result.length) * 255 };
}

/** As the engine does it: the plan of tiles, mirrored borders, blended rows. */
async function tiled(
  session: ort.InferenceSession,
  descriptor: ModelDescriptor,
  picture: Float32Array,
  tile: number,
  statistics: Float32Array | undefined,
) {
  const { scale } = descriptor;
  const { columns, rows, count } = planTiles(PICTURE, descriptor, tile, false);
  const width = PICTURE.width * scale;
  const blender = new BandBlender(columns, rows, width, scale, 3);
  const result = new Float32Array(3 * width * PICTURE.height * scale);
  const sums = new Float64Array(descriptor.statistics ?? 0);
  for (const [index, row] of rows.spans.entries()) {
    for (const column of columns.spans) {
      const data = cut(picture, column.start, row.start, columns.shape, rows.shape);
      const feeds = {
        [descriptor.input]: new ort.Tensor('float32', data, [1, 3, rows.shape, columns.shape]),
        ...statisticsOf(session, statistics),
      };
      const made = await session.run(feeds);
      blender.add(column, row, made[descriptor.output]!.data as Float32Array);
      for (const [at, value] of ((made[STATISTICS.measured]?.data ?? []) as Float32Array).entries())
        sums[at]! += value / count;
    }
    await blender.finishRow(index, (y, planes) => {
      for (const [c, plane] of planes.entries()) result.set(plane, (c * PICTURE.height * scale + y) * width);
    });
  }
  return { result, tiles: count, statistics: Float32Array.from(sums) };
}

function cut(picture: Float32Array, left: number, top: number, width: number, height: number): Float32Array {
  const tile = new Float32Array(3 * width * height);
  for (let at = 0; at < tile.length; at += 1) {
    const [c, y, x] = [Math.floor(at / (width * height)), Math.floor(at / width) % height, at % width];
    const row = c * PICTURE.height + mirror(top + y, PICTURE.height);
    tile[at] = picture[row * PICTURE.width + mirror(left + x, PICTURE.width)]!;
  }
  return tile;
}

async function photograph(): Promise<Float32Array> {
  const area = { left: 60, top: 40, ...PICTURE };
  const bytes = await sharp(sample('coffee.png')).removeAlpha().extract(area).raw().toBuffer();
  const data = new Float32Array(bytes.length);
  bytes.forEach((value, at) => {
    data[(at % 3) * PICTURE.width * PICTURE.height + Math.floor(at / 3)] = value / 255;
  });
  return data;
}
