import path from 'node:path';
import sharp from 'sharp';
import type { ModelDescriptor } from '../../../contract/descriptor.ts';
import { mirror } from '../../../main/engine/inference/tile-plan.ts';
import { planTiles } from '../../../main/engine/inference/tiler.ts';

/** Set-up leaves the photographs here (tools/setup/samples.mjs). */
const SAMPLES = path.join(import.meta.dirname, '../samples');

/** An 8-bit RGB picture, interleaved. */
export interface Picture {
  width: number;
  height: number;
  data: Uint8Array;
}

/** The middle of a photograph, at most `width` x `height`. */
export async function photograph(name: string, width = 1e5, height = 1e5): Promise<Picture> {
  const file = sharp(path.join(SAMPLES, name));
  const meta = await file.metadata();
  const [w, h] = [Math.min(width, meta.width), Math.min(height, meta.height)];
  const data = await file
    .extract({ left: (meta.width - w) >> 1, top: (meta.height - h) >> 1, width: w, height: h })
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer();
  return { width: w, height: h, data };
}

export async function writePng({ width, height, data }: Picture, file: string): Promise<string> {
  await sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toFile(file);
  return file;
}

export async function readPicture(file: string): Promise<Picture> {
  const { data, info } = await sharp(file).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}

/** The very tiles that the engine cuts of a picture, as the network sees them (NCHW, 0..1). */
export function cutTiles(picture: Picture, descriptor: ModelDescriptor, tile: number) {
  const { columns, rows, count } = planTiles(picture, descriptor, tile, false);
  const dims = [1, 3, rows.shape, columns.shape];
  const tiles = rows.spans.flatMap(({ start: top }) =>
    columns.spans.map(({ start: left }) => cut(picture, left, top, columns.shape, rows.shape)),
  );
  if (tiles.length !== count) throw new Error(`${tiles.length} tiles cut, ${count} planned`);
  return { tiles, dims };
}

/** A rectangle as planar floats, mirrored past the border. */
export function cut(
  picture: Picture,
  left: number,
  top: number,
  width: number,
  height: number,
): Float32Array {
  const tensor = new Float32Array(3 * width * height);
  let at = 0;
  for (let c = 0; c < 3; c++)
    for (let y = top; y < top + height; y++)
      for (let x = left; x < left + width; x++) {
        const pixel = mirror(y, picture.height) * picture.width + mirror(x, picture.width);
        tensor[at++] = picture.data[pixel * 3 + c]! / 255;
      }
  return tensor;
}
