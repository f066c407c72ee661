import { rename } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { damaged, type PictureInfo, READ_OPTIONS } from './probe.ts';

/** Bytes of a picture in sRGB: RGB, interleaved, rows top to bottom. */
export interface RawPicture {
  width: number;
  height: number;
  data: Uint8Array;
}

/** Writes it as a PNG that is there whole or not at all. */
export async function writeRawPicture({ width, height, data }: RawPicture, target: string): Promise<void> {
  const temp = `${target}.part`;
  // Not worth squeezing: it is looked at once, from this disk.
  await sharp(data, { raw: { width, height, channels: 3 } })
    .png({ compressionLevel: 1 })
    .toFile(temp);
  await rename(temp, target);
}

/**
 * A picture in sRGB, upright, at most `longestSide` pixels; smaller ones are left alone. What is transparent is white.
 * @throws GessoError input/unreadable
 */
export async function readRawPicture(info: PictureInfo, longestSide: number): Promise<RawPicture> {
  try {
    const { data, info: made } = await sharp(info.path, READ_OPTIONS)
      .autoOrient()
      .resize({ width: longestSide, height: longestSide, fit: 'inside', withoutEnlargement: true })
      .toColourspace('srgb')
      .flatten({ background: '#ffffff' })
      .removeAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return { width: made.width, height: made.height, data };
  } catch (cause) {
    throw damaged(path.basename(info.path), cause);
  }
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * The same, brought to a size whatever the picture's shape.
 * @throws GessoError input/unreadable
 */
export async function readRawPictureAs(info: PictureInfo, { width, height }: Size): Promise<RawPicture> {
  try {
    const data = await sharp(info.path, READ_OPTIONS)
      .autoOrient()
      .resize(width, height, { fit: 'fill', kernel: 'lanczos3' })
      .toColourspace('srgb')
      .flatten({ background: '#ffffff' })
      .removeAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer();
    return { width, height, data };
  } catch (cause) {
    throw damaged(path.basename(info.path), cause);
  }
}

/**
 * The middle square of a picture, brought to `side` x `side` pixels.
 * @throws GessoError input/unreadable
 */
export async function readRawSquare(info: PictureInfo, side: number): Promise<RawPicture> {
  try {
    const data = await sharp(info.path, READ_OPTIONS)
      .autoOrient()
      .resize(side, side, { fit: 'cover', kernel: 'lanczos3' })
      .toColourspace('srgb')
      .flatten({ background: '#ffffff' })
      .removeAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer();
    return { width: side, height: side, data };
  } catch (cause) {
    throw damaged(path.basename(info.path), cause);
  }
}

/**
 * A mask brought to a size: bytes, white is 255; what is transparent counts as black.
 * @throws GessoError input/unreadable
 */
export async function readRawMask(info: PictureInfo, { width, height }: Size): Promise<Uint8Array> {
  try {
    return await sharp(info.path, READ_OPTIONS)
      .autoOrient()
      .flatten({ background: '#000000' })
      .resize(width, height, { fit: 'fill', kernel: 'linear' })
      .toColourspace('b-w')
      .extractChannel(0)
      .raw({ depth: 'uchar' })
      .toBuffer();
  } catch (cause) {
    throw damaged(path.basename(info.path), cause);
  }
}

/** At another size, by Lanczos' kernel. */
export async function resizeRawPicture(picture: RawPicture, { width, height }: Size): Promise<RawPicture> {
  const raw = { width: picture.width, height: picture.height, channels: 3 } as const;
  const data = await sharp(picture.data, { raw })
    .resize(width, height, { fit: 'fill', kernel: 'lanczos3' })
    .raw({ depth: 'uchar' })
    .toBuffer();
  return { width, height, data };
}
