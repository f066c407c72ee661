import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import yauzl from 'yauzl';
import { BLEND_MODES, BLEND_NAMES, type BlendMode } from '../../contract/blend.ts';
import { blendRow } from '../../main/engine/studios/style/blend.ts';
import { gesso, homeWithModels, sample, scratch } from './support/gesso.ts';
import { drawn, largestDifference, pixels } from './support/pictures.ts';

/** Layers and masks through the command line, with real weights on a real photograph. */
const MODELS = ['magenta-style', 'magenta-style-reader', 'multistyle26', 'span-x2'];
const CAT = sample('chelsea.png');
const STYLE = sample('retina.jpg');
const [WIDTH, HEIGHT] = [451, 300];

let home: string;
let out: string;
/** White at the right, and at the bottom; a soft edge between. */
let right: string;
let bottom: string;
let count = 0;
beforeAll(async () => {
  home = await homeWithModels(MODELS);
  out = scratch('style-layers');
  const soft = (at: number, edge: number) => Math.max(0, Math.min(255, Math.round((at - edge) * 12)));
  right = path.join(out, 'right.png');
  bottom = path.join(out, 'bottom.png');
  await drawn(WIDTH, HEIGHT, 1, (x) => soft(x, 200)).toFile(right);
  await drawn(WIDTH, HEIGHT, 1, (_, y) => soft(y, 150)).toFile(bottom);
});

async function made(...args: string[]): Promise<{ file: string; event: Record<string, unknown> }> {
  count += 1;
  const named = ['--name', `result-${count}`, '--out', out, '--json'];
  const { code, events, stderr } = await gesso([...args, ...named], { home });
  expect([code, stderr]).toEqual([0, expect.any(String)]);
  return { file: String(events[0]!.output), event: events[0]! };
}

const painted = (...args: string[]) => made('style', CAT, ...args);

interface Layer {
  name: string;
  opacity: number;
  blend: BlendMode;
  /** Straight, RGBA. */
  data: Uint8Array;
}

const attribute = (text: string, name: string) => new RegExp(`${name}="([^"]*)"`).exec(text)![1]!;

/** An OpenRaster file as another program reads it: its layers, the bottom one first, and the whole. */
async function opened(file: string): Promise<{ layers: Layer[]; whole: Uint8Array }> {
  const zip = await yauzl.openPromise(file);
  const entries = new Map<string, Buffer>();
  for await (const entry of zip.eachEntry())
    entries.set(entry.fileName, await buffer(await zip.openReadStreamPromise(entry)));
  const read = async (name: string) =>
    new Uint8Array(await sharp(entries.get(name), { ignoreIcc: true }).raw().toBuffer());
  const layers: Layer[] = [];
  for (const [text] of entries
    .get('stack.xml')!
    .toString()
    .matchAll(/<layer [^>]*>/g))
    layers.unshift({
      name: attribute(text, 'name'),
      opacity: Number(attribute(text, 'opacity')),
      blend: BLEND_MODES.find((mode) => BLEND_NAMES[mode].ora === attribute(text, 'composite-op'))!,
      data: await read(attribute(text, 'src')),
    });
  return { layers, whole: await read('mergedimage.png') };
}

/** The layers laid over each other by the formulas, without anything of the engine around them. */
function recomposed(layers: readonly Layer[]): Uint8Array {
  const plane = (data: Uint8Array, c: number) =>
    Float32Array.from({ length: data.length / 4 }, (_, i) => data[4 * i + c]! / 255);
  const colours = (data: Uint8Array) => [0, 1, 2].map((c) => plane(data, c));
  const row = colours(layers[0]!.data);
  for (const { data, opacity, blend } of layers.slice(1))
    blendRow(
      blend,
      row,
      colours(data),
      plane(data, 3).map((alpha) => alpha * opacity),
    );
  return Uint8Array.from({ length: 3 * row[0]!.length }, (_, i) =>
    Math.round(row[i % 3]![Math.floor(i / 3)]! * 255),
  );
}

/** Samples of the pixels that a test of x and y takes. */
function part(data: Uint8Array, takes: (x: number, y: number) => boolean, width = WIDTH): number[] {
  return Array.from(data).filter((_, i) => takes(Math.floor(i / 3) % width, Math.floor(i / 3 / width)));
}

const BELOW = ['--layer', '--style', STYLE, '--label', 'Eye'];
const ABOVE = ['--layer', '--style', 'builtin:4'];

describe('layers', () => {
  it('lie over each other in their order and within their masks; what covers nothing changes nothing', async () => {
    const below = [...BELOW, '--layer-mask', right];
    const above = [...ABOVE, '--layer-mask', bottom, '--blend', 'luminosity'];
    const hidden = ['--layer', '--style', 'builtin:9', '--opacity', '0', '--blend', 'multiply'];
    const original = await pixels(CAT);
    const one = await pixels((await painted(...below, ...above)).file);
    const turned = await pixels((await painted(...above, ...below)).file);
    const more = await painted(...below, ...hidden, ...above);
    expect(largestDifference((await pixels(more.file)).data, one.data)).toBe(0);
    // The layer that covers nothing is not even painted.
    expect(more.event.tiles).toBe(2);
    const outside = (x: number, y: number) => x < 195 && y < 145;
    const both = (x: number, y: number) => x > 230 && y > 180;
    for (const { data } of [one, turned]) expect(part(data, outside)).toEqual(part(original.data, outside));
    expect(largestDifference(part(one.data, both), part(turned.data, both))).toBeGreaterThan(40);
  });

  it('are what OpenRaster has of them: laid over each other anew they are the whole', async () => {
    const above = [...ABOVE, '--layer-mask', bottom, '--blend', 'soft-light', '--opacity', '0.6'];
    const { layers, whole } = await opened((await painted(...BELOW, ...above, '--format', 'ora')).file);
    expect(layers.map(({ name, opacity, blend }) => [name, opacity, blend])).toEqual([
      ['Picture', 1, 'normal'],
      ['Eye', 1, 'normal'],
      ['2 builtin-4', 0.6, 'soft-light'],
    ]);
    expect(largestDifference(recomposed(layers), whole)).toBeLessThanOrEqual(1);
    const rgb = (data: Uint8Array) => data.filter((_, i) => i % 4 < 3);
    const original = await pixels(CAT);
    expect(largestDifference(rgb(layers[0]!.data), original.data)).toBe(0);
    // Each layer paints the picture, not what is below it: it is what that layer alone makes.
    const alone = await pixels((await painted('--style', 'builtin:4')).file);
    expect(largestDifference(rgb(layers[2]!.data), alone.data)).toBe(0);
    const alpha = layers[2]!.data.filter((_, i) => i % 4 === 3);
    expect(
      largestDifference(
        alpha,
        (await pixels(bottom)).data.filter((_, i) => i % 3 === 0),
      ),
    ).toBe(0);
  });

  it('are pages of a TIFF behind the whole, and a recipe in a file has them all', async () => {
    const recipe = path.join(out, 'layers.gesso.json');
    writeFileSync(
      recipe,
      JSON.stringify({
        gesso: 1,
        steps: [
          { studio: 'style', styles: [{ from: { builtIn: 4 } }], mask: right, blend: 'screen' },
          { studio: 'style', styles: [{ from: { builtIn: 9 } }], opacity: 0.5 },
        ],
        output: { format: 'tiff', layered: true, name: 'pages', existing: 'overwrite' },
      }),
    );
    const { code, events } = await gesso(['run', recipe, CAT, '--out', out, '--json'], { home });
    expect(code).toBe(0);
    const file = String(events[0]!.output);
    expect(await sharp(file).metadata()).toMatchObject({
      pages: 4,
      width: WIDTH,
      height: HEIGHT,
      channels: 4,
    });
    const page = async (index: number) => new Uint8Array(await sharp(file, { page: index }).raw().toBuffer());
    const [whole, picture, first, second] = await Promise.all([0, 1, 2, 3].map(page));
    const layers: Layer[] = [
      { name: '', data: picture!, opacity: 1, blend: 'normal' },
      { name: '', data: first!, opacity: 1, blend: 'screen' },
      { name: '', data: second!, opacity: 0.5, blend: 'normal' },
    ];
    // It tells how it was made, and nothing of where the maker keeps masks.
    const { xmp } = await sharp(file).metadata();
    expect(String(xmp)).toContain('right.png');
    expect(String(xmp)).not.toContain(out);
    const flat = whole!.filter((_, i) => i % 4 < 3);
    expect(largestDifference(recomposed(layers), flat)).toBeLessThanOrEqual(1);
    expect(largestDifference(flat, (await pixels(CAT)).data)).toBeGreaterThan(40);
  });

  it('name the mask that cannot be read before anything is painted', async () => {
    const text = path.join(out, 'no-picture.png');
    writeFileSync(text, 'not a picture');
    const args = ['style', CAT, ...ABOVE, '--layer-mask', text, '--out', out, '--name', 'none', '--json'];
    const { code, events } = await gesso(args, { home });
    expect(code).toBe(1);
    expect(events[0]).toMatchObject({ error: { message: expect.stringMatching(/no-picture\.png/) } });
  });
});

describe('the mask of a restoration', () => {
  const [width, height] = [160, 100];
  let small: string;
  let half: string;
  beforeAll(async () => {
    small = path.join(out, 'small.png');
    half = path.join(out, 'half.png');
    await sharp(CAT).extract({ left: 120, top: 80, width, height }).toFile(small);
    await drawn(width, height, 1, (x) => Math.max(0, Math.min(255, (x - 90) * 20))).toFile(half);
  });
  const restored = (...args: string[]) =>
    made('restore', small, '--model', 'span-x2', '--tile', '64', ...args);

  it('leaves a plain enlargement where it is black, and runs no tiles there; where it is white all is the network', async () => {
    const plain = await pixels((await restored('--strength', '0')).file);
    const whole = await restored();
    const masked = await restored('--mask', half);
    const network = await pixels(whole.file);
    const { data } = await pixels(masked.file);
    const { xmp } = await sharp(masked.file).metadata();
    expect(String(xmp)).toContain('half.png');
    expect(String(xmp)).not.toContain(out);
    const dark = (x: number) => x < 2 * 89;
    const white = (x: number) => x > 2 * 105;
    expect(part(data, dark, 2 * width)).toEqual(part(plain.data, dark, 2 * width));
    expect(largestDifference(part(data, white, 2 * width), part(network.data, white, 2 * width))).toBe(0);
    expect(largestDifference(data, plain.data)).toBeGreaterThan(10);
    expect(Number(masked.event.tiles)).toBeLessThan(0.8 * Number(whole.event.tiles));
  });

  it('holds for each step of several', async () => {
    const steps = (strength: string) =>
      ['upscale', 'upscale'].map((task) => `${task}:span-x2:scale=2:strength=${strength}`).join(',');
    const run = async (...args: string[]) => pixels((await made('restore', small, ...args)).file);
    const plain = await run('--steps', steps('0'));
    const masked = await run('--steps', steps('1'), '--mask', half);
    // What the first step has made is seen by the second some pixels further.
    const dark = (x: number) => x < 4 * 84;
    expect(part(masked.data, dark, 4 * width)).toEqual(part(plain.data, dark, 4 * width));
    expect(largestDifference(masked.data, plain.data)).toBeGreaterThan(10);
  });

  it('is the alpha of the network alone in a file with layers', async () => {
    const { file } = await restored('--mask', half, '--strength', '0.7', '--format', 'ora');
    const { layers, whole } = await opened(file);
    expect(layers.map(({ name, opacity }) => [name, opacity])).toEqual([
      ['Picture', 1],
      ['Restored: span-x2', 0.7],
    ]);
    expect(largestDifference(recomposed(layers), whole)).toBeLessThanOrEqual(1);
  });
});
