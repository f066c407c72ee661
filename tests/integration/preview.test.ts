import { mkdirSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { EngineHost } from '../../main/engine/host/host.ts';
import type { Event, Params } from '../../main/engine/protocol/methods.ts';
import { engine, model } from './support/engine.ts';
import { homeWithModels, sample, scratch } from './support/gesso.ts';
import { drawn, largestDifference, motif, pixels } from './support/pictures.ts';

/*
 * What a preview shows is what the restoration makes: block for block, whatever the step asks for.
 */
let host: EngineHost;
let home: string;
let folder: string;
beforeAll(async () => {
  home = await homeWithModels();
  folder = scratch();
  host = engine('pictures');
});
afterAll(() => host.close());

interface Step {
  models: string[];
  scale: number;
  strength: number;
}

async function preview(
  input: string,
  name: string,
  { models, scale, strength }: Step,
  part: Partial<Params<'preview.run'>> = {},
) {
  const own = path.join(folder, name);
  mkdirSync(path.join(own, 'pieces'), { recursive: true });
  await host.call('picture.decode', { file: input, folder: path.join(own, 'levels') });
  const { width = 0, height = 0 } = await sharp(input).metadata();
  const blocks: Event<'preview.run'>[] = [];
  const made = await host.call(
    'preview.run',
    {
      input,
      decoded: path.join(own, 'levels/0.v'),
      work: path.join(own, 'work'),
      folder: path.join(own, 'pieces'),
      region: { x: 0, y: 0, width, height },
      skip: [],
      steps: [{ passes: models.map((id) => model(home, id)), scale, strength }],
      device: 'cpu',
      tileMemory: {},
      display: 'srgb',
      ...part,
    },
    { onEvent: (block) => blocks.push(block) },
  );
  return { blocks, made };
}

async function restore(
  input: string,
  name: string,
  { models, scale, strength }: Step,
  onProgress: (fraction: number) => void = () => {},
) {
  const temp = path.join(folder, `${name}.png`);
  await host.call(
    'restore.picture',
    {
      input,
      temp,
      work: path.join(folder, `${name}-work`),
      steps: [{ passes: models.map((id) => model(home, id)), scale, strength }],
      format: 'png',
      quality: 90,
      stripPrivate: false,
      device: 'cpu',
      tile: 128,
      tileMemory: {},
      software: 'test',
      recipe: '{}',
    },
    { onEvent: ({ fraction }) => onProgress(fraction) },
  );
  // As the screen shows it.
  return pixels(
    await sharp(temp)
      .toColourspace('srgb')
      .withIccProfile('srgb')
      .png()
      .toFile(`${temp}.shown.png`)
      .then(() => `${temp}.shown.png`),
  );
}

const photograph = async (name: string, width = 300, height = 230) => {
  const file = path.join(folder, `${name}.png`);
  await sharp(sample('chelsea.png')).extract({ left: 60, top: 20, width, height }).png().toFile(file);
  return file;
};

it.each<[string, Step]>([
  ['one network', { models: ['span-x2'], scale: 2, strength: 1 }],
  ['a part of its strength', { models: ['span-x2'], scale: 2, strength: 0.6 }],
  ['a result that is reduced', { models: ['span-x4'], scale: 3, strength: 1 }],
  ['no network at all', { models: ['span-x2'], scale: 2, strength: 0 }],
  ['two networks', { models: ['span-x2', 'span-x2'], scale: 4, strength: 1 }],
])('shows what the restoration makes with %s, within 2 of 255 and a rounding', async (name, step) => {
  const input = await photograph(name.replaceAll(' ', '-'), 200, 150);
  const { blocks } = await preview(input, name, step);
  const whole = await restore(input, name, step);
  expect(blocks.length).toBeGreaterThan(0);
  let covered = 0;
  for (const { file, place } of blocks) {
    const piece = await pixels(file);
    const { data } = await sharp(whole.data, {
      raw: { width: whole.width, height: whole.height, channels: whole.channels as 3 },
    })
      .extract({ left: place.x, top: place.y, width: place.width, height: place.height })
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(largestDifference(piece.data, data)).toBeLessThanOrEqual(3);
    covered += place.width * place.height;
  }
  expect(covered).toBeGreaterThanOrEqual(whole.width * whole.height);
});

it('cuts blocks at whole pixels, whatever the width (800 has no exact tenths)', async () => {
  const input = path.join(folder, 'broad.png');
  await drawn(800, 40, 3, motif).png().toFile(input);
  const step = { models: ['span-x2'], scale: 2, strength: 0 };
  const { blocks } = await preview(input, 'broad', step);
  const whole = await restore(input, 'broad-restored', step);
  for (const { file, place } of blocks) {
    const piece = await pixels(file);
    const cut = await sharp(whole.data, { raw: { width: whole.width, height: whole.height, channels: 3 } })
      .extract({ left: place.x, top: place.y, width: place.width, height: place.height })
      .raw()
      .toBuffer();
    expect(largestDifference(piece.data, cut)).toBeLessThanOrEqual(3);
  }
});

it('keeps transparency and a wide profile on their way to the screen', async () => {
  const input = path.join(folder, 'wide.png');
  await drawn(120, 90, 4, (x, y, c) => (c === 3 ? (x * 2) & 255 : motif(x, y, c)))
    .withIccProfile('p3')
    .png()
    .toFile(input);
  const step = { models: ['span-x2'], scale: 2, strength: 1 };
  const { blocks } = await preview(input, 'wide', step);
  const whole = await restore(input, 'wide-restored', step);
  expect(blocks).toHaveLength(1);
  const piece = await pixels(blocks[0]!.file);
  expect(piece.channels).toBe(4);
  expect(largestDifference(piece.data, whole.data)).toBeLessThanOrEqual(3);
  const wide = await preview(input, 'wide-p3', step, { display: 'p3' });
  expect((await sharp(wide.blocks[0]!.file).metadata()).icc).toBeDefined();
});

it('makes only what is in sight and not there yet, the middle first, and stops when it is cancelled', async () => {
  const input = await photograph('large', 380, 270);
  const step = { models: ['span-x2'], scale: 2, strength: 1 };
  const all = await preview(input, 'all', step);
  expect(all.blocks.length).toBeGreaterThan(4);
  expect(all.blocks.map(({ fraction }) => fraction)).toEqual(
    all.blocks.map((_, i) => (i + 1) / all.blocks.length),
  );
  const part = await preview(input, 'part', step, { region: { x: 0, y: 0, width: 100, height: 100 } });
  expect(part.blocks).toHaveLength(1);
  const rest = await preview(input, 'rest', step, { skip: all.blocks.slice(1).map(({ key }) => key) });
  expect(rest.blocks.map(({ key }) => key)).toEqual([all.blocks[0]!.key]);

  const abort = new AbortController();
  const heard: string[] = [];
  const own = path.join(folder, 'all');
  const call = host.call(
    'preview.run',
    {
      input,
      decoded: path.join(own, 'levels/0.v'),
      work: path.join(own, 'work'),
      folder: path.join(own, 'pieces'),
      region: { x: 0, y: 0, width: 380, height: 270 },
      skip: [],
      steps: [{ passes: [model(home, 'span-x2')], scale: 2, strength: 1 }],
      device: 'cpu',
      tileMemory: {},
      display: 'srgb',
    },
    {
      signal: abort.signal,
      onEvent: ({ key }) => {
        heard.push(key);
        abort.abort();
      },
    },
  );
  await expect(call).rejects.toMatchObject({ code: 'job/cancelled' });
  expect(heard.length).toBeLessThan(all.blocks.length);
});

it('is what a batch is, too, when it leaves cores to others in the middle of a picture', async () => {
  const input = await photograph('courtesy', 380, 270);
  const step = { models: ['span-x2'], scale: 2, strength: 1 };
  const whole = await restore(input, 'usual', step);
  const told: number[] = [];
  const spared = await restore(input, 'spared', step, (fraction) => {
    const cores = fraction > 0.7 ? 0 : fraction > 0.2 ? 100 : undefined;
    if (cores === undefined || cores === told.at(-1)) return;
    told.push(cores);
    void host.call('engine.spare', { cores });
  });
  expect(told).toEqual([100, 0]);
  expect(largestDifference(spared.data, whole.data)).toBeLessThanOrEqual(1);
});
