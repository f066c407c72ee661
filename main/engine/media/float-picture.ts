import path from 'node:path';
import sharp from 'sharp';
import { storageError } from '../../../models/library/storage.ts';
import { damaged, type PictureInfo, READ_OPTIONS } from './probe.ts';

/** A picture as networks that make pictures see it: planar RGB, 0..1, in sRGB. */
export interface FloatPicture {
  readonly width: number;
  readonly height: number;
  /** [3, height, width] */
  readonly planes: Float32Array;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * Reads a picture, upright, brought to a size whatever its shape; what is transparent lies on white.
 * @throws GessoError input/unreadable
 */
export async function readFloatPicture(info: PictureInfo, { width, height }: Size): Promise<FloatPicture> {
  try {
    const data = await sharp(info.path, READ_OPTIONS)
      .autoOrient()
      .resize(width, height, { fit: 'fill', kernel: 'lanczos3' })
      .toColourspace('srgb')
      .flatten({ background: '#ffffff' })
      .removeAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer();
    return { width, height, planes: planar(data, width * height) };
  } catch (cause) {
    throw damaged(path.basename(info.path), cause);
  }
}

/**
 * Reads a mask in the same way: one plane, 0..1, white is 1; what is transparent counts as black.
 * @throws GessoError input/unreadable
 */
export async function readFloatMask(info: PictureInfo, { width, height }: Size): Promise<Float32Array> {
  try {
    const data = await sharp(info.path, READ_OPTIONS)
      .autoOrient()
      .flatten({ background: '#000000' })
      .resize(width, height, { fit: 'fill', kernel: 'linear' })
      .toColourspace('b-w')
      .extractChannel(0)
      .raw({ depth: 'uchar' })
      .toBuffer();
    return Float32Array.from(data, (value) => value / 255);
  } catch (cause) {
    throw damaged(path.basename(info.path), cause);
  }
}

/** The same picture at another size, by Lanczos' kernel. */
export async function resizeFloatPicture(
  picture: FloatPicture,
  { width, height }: Size,
): Promise<FloatPicture> {
  const data = await sharp(interleaved(picture), {
    raw: { width: picture.width, height: picture.height, channels: 3 },
  })
    .resize(width, height, { fit: 'fill', kernel: 'lanczos3' })
    .raw({ depth: 'uchar' })
    .toBuffer();
  return { width, height, planes: planar(data, width * height) };
}

/** Writes what a picture is like so far, as a PNG that is looked at once. @throws GessoError output/no-space */
export async function writeFloatPreview(picture: FloatPicture, target: string): Promise<void> {
  const { width, height } = picture;
  try {
    await sharp(interleaved(picture), { raw: { width, height, channels: 3 } })
      .png({ compressionLevel: 1 })
      .toFile(target);
  } catch (cause) {
    throw storageError(cause, target) ?? cause;
  }
}

function planar(data: Uint8Array, pixels: number): Float32Array {
  const planes = new Float32Array(3 * pixels);
  for (let at = 0; at < pixels; at += 1)
    for (let c = 0; c < 3; c += 1) planes[c * pixels + at] = (data[3 * at + c] ?? 0) / 255;
  return planes;
}

function interleaved({ width, height, planes }: FloatPicture): Uint8ClampedArray {
  const pixels = width * height;
  const data = new Uint8ClampedArray(3 * pixels);
  for (let at = 0; at < pixels; at += 1)
    for (let c = 0; c < 3; c += 1) data[3 * at + c] = (planes[c * pixels + at] ?? 0) * 255;
  return data;
}
