import sharp from 'sharp';
import type { CatalogueEntry } from '../../../contract/descriptor.ts';
import { DAMAGES } from '../models/damage.ts';
import type { Picture } from '../support/pictures.ts';
import { inked } from './drawing.ts';
import { photographed } from './scene.ts';
import { dice, MASTER } from './svg.ts';

/** Pixels of a sample's side; what is restored is so large, too. Divisible by every scale. */
export const SAMPLE = { width: 264, height: 168 };

/** How much of the scene is shown at each scale: pixels become few, and something is to be recognised all the same. */
const SHARE: Readonly<Record<number, number>> = { 1: 1, 2: 1, 3: 0.85, 4: 0.7, 8: 0.5 };
/** Around which point of the scene: the board's letters between tree and fence, or the face. Shares of its sides. */
const FOCUS = { photograph: { x: 0.52, y: 0.52 }, drawing: { x: 0.5, y: 0.5 } };

/** Quality of a JPEG that each strength of cleaning is meant for; finer where few pixels hold the scene. */
const JPEG = [80, 60, 40, 20];
const qualityOf = (strength: number, scale: number) => JPEG[strength]! + (scale > 2 ? 35 - 5 * strength : 0);

/** What a model of the catalogue is to mend. */
export async function damaged(entry: CatalogueEntry): Promise<Picture> {
  const isDrawing = /drawn|drawing|anim/i.test(entry.goodFor);
  const scene = await (isDrawing ? inked() : photographed());
  const clean = await part(scene, entry.scale, FOCUS[isDrawing ? 'drawing' : 'photograph']);
  if (entry.id === 'maxim-retouch') return each(clean, (value) => 60 + value * 0.42);
  const strength = strengthOf(entry);
  if (strength !== undefined) return jpeg(clean, qualityOf(strength, entry.scale));
  if (/with a little noise/.test(entry.goodFor)) return noisy(clean, 5);
  if (entry.task === 'derain') return rainy(clean);
  return entry.task === 'upscale' ? clean : DAMAGES[entry.task]!(clean);
}

/** Both scenes as large as a sample: the photograph, the drawing. */
export async function scenes(): Promise<[Picture, Picture]> {
  return [await part(await photographed(), 1, FOCUS.photograph), await part(await inked(), 1, FOCUS.drawing)];
}

/** 0..3 where the entry cleans JPEG noise as well, by its name or by what it is good for. */
function strengthOf({ id, goodFor }: CatalogueEntry): number | undefined {
  const [, named] = id.match(/noise([0-3])/) ?? [];
  if (named !== undefined) return Number(named);
  if (!/compress/.test(goodFor)) return undefined;
  return /heavily/.test(goodFor) ? 2 : 1;
}

/** A part of a scene, reduced to the pixels that a network of that scale gets. */
async function part(scene: Picture, scale: number, focus: { x: number; y: number }): Promise<Picture> {
  const share = SHARE[scale]!;
  const [width, height] = [Math.round(MASTER.width * share), Math.round(MASTER.height * share)];
  const within = (middle: number, side: number, whole: number) =>
    Math.round(Math.min(whole - side, Math.max(0, middle * whole - side / 2)));
  const left = within(focus.x, width, MASTER.width);
  const top = within(focus.y, height, MASTER.height);
  return resized(
    scene,
    { width: SAMPLE.width / scale, height: SAMPLE.height / scale },
    { left, top, width, height },
  );
}

async function resized(
  { data, width, height }: Picture,
  size: { width: number; height: number },
  from: { left: number; top: number; width: number; height: number },
): Promise<Picture> {
  const pixels = await sharp(data, { raw: { width, height, channels: 3 } })
    .extract(from)
    .resize({ ...size, fit: 'fill' })
    .raw()
    .toBuffer();
  return { ...size, data: pixels };
}

/** As a viewer shows it at the sample's size. */
export async function enlarged({ data, width, height }: Picture): Promise<Picture> {
  const pixels = await sharp(data, { raw: { width, height, channels: 3 } })
    .resize({ ...SAMPLE, fit: 'fill', kernel: 'cubic' })
    .raw()
    .toBuffer();
  return { ...SAMPLE, data: pixels };
}

/** Two frames of a clip: the balloon and the tree have moved, the rest has not. */
export async function frames(): Promise<[Picture, Picture]> {
  const [first, second] = await Promise.all([photographed(-44), photographed(44)]);
  return Promise.all([part(first, 1, FOCUS.photograph), part(second, 1, FOCUS.photograph)]);
}

/** Half of each. */
export function mixed(a: Picture, b: Picture): Picture {
  return { ...a, data: Uint8Array.from(a.data, (value, at) => Math.round((value + b.data[at]!) / 2)) };
}

/** Before and after beside each other, as a WebP. */
export async function pair(before: Picture, after: Picture): Promise<Buffer> {
  const { width, height } = SAMPLE;
  const raw = { width, height, channels: 3 as const };
  return sharp({ create: { width: 2 * width, height, channels: 3, background: '#000000' } })
    .composite([
      { input: Buffer.from(before.data), raw, left: 0, top: 0 },
      { input: Buffer.from(after.data), raw, left: width, top: 0 },
    ])
    .webp({ quality: 78, effort: 6, smartSubsample: true })
    .toBuffer();
}

function each({ data, ...size }: Picture, change: (value: number, at: number) => number): Picture {
  return {
    ...size,
    data: Uint8Array.from(data, (value, at) => Math.min(255, Math.max(0, Math.round(change(value, at))))),
  };
}

async function jpeg({ data, width, height }: Picture, quality: number): Promise<Picture> {
  const file = await sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality })
    .toBuffer();
  return { width, height, data: await sharp(file).raw().toBuffer() };
}

/** @param deviation of normal noise, levels of 255 */
function noisy(picture: Picture, deviation: number): Picture {
  const next = dice(7);
  return each(picture, (value) => {
    const normal = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
    return value + deviation * normal;
  });
}

/** Rain that fits a small picture: many short streaks, each wider than a pixel and so without an edge. */
function rainy(picture: Picture): Picture {
  const { width, height } = picture;
  const next = dice(11);
  const light = new Float32Array(width * height);
  const add = (x: number, y: number, strength: number) => {
    if (x >= 0 && y >= 0 && x < width && y < height) light[y * width + x]! += strength;
  };
  for (let drop = 0; drop < width * height * 0.01; drop++) {
    const [x, y, strength] = [next() * width, next() * height - 5, 45 * (0.5 + next())];
    for (let step = 0; step < 12; step++) {
      const [left, row] = [Math.floor(x + step * 0.3), Math.floor(y + step)];
      const share = x + step * 0.3 - left;
      add(left, row, strength * (1 - share));
      add(left + 1, row, strength * share);
    }
  }
  return each(picture, (value, at) => {
    const pixel = Math.floor(at / 3);
    const soft = (light[pixel]! * 2 + (light[pixel - 1] ?? 0) + (light[pixel + 1] ?? 0)) / 4;
    return value + Math.min(160, soft);
  });
}
