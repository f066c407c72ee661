import { rm } from 'node:fs/promises';
import sharp from 'sharp';
import { GessoError } from '../../../contract/errors.ts';
import { fsyncFile, hashFile, storageError } from '../../../models/library/storage.ts';
import { writeTiffExif } from './tiff-exif.ts';

export type WriteFormat = 'png' | 'jpeg' | 'webp' | 'avif' | 'tiff' | 'ora';

/** The longest side each encoder takes (its own specification; AVIF: libaom's frame limit). */
const LONGEST_SIDE: Record<WriteFormat, number> = {
  png: 2 ** 31 - 1,
  jpeg: 65535,
  webp: 16383,
  avif: 16384,
  tiff: 2 ** 31 - 1,
  // Its layers are PNGs.
  ora: 2 ** 31 - 1,
};

/**
 * Refuses a result that the format cannot hold, before any work is done.
 * @throws GessoError output/unsupported, naming a format that can.
 */
export function checkFormatHolds(format: WriteFormat, width: number, height: number, name: string): void {
  const limit = LONGEST_SIDE[format];
  if (Math.max(width, height) <= limit) return;
  const instead =
    format !== 'jpeg' && Math.max(width, height) <= LONGEST_SIDE.jpeg ? 'JPEG, PNG or TIFF' : 'PNG or TIFF';
  throw new GessoError(
    'output/unsupported',
    `${name} would be ${width} x ${height} pixels, more than ${format.toUpperCase()} holds (${limit} a side).`,
    `Choose ${instead}, or a smaller scale.`,
  );
}

/**
 * Optimal Huffman tables save a few per cent, but libjpeg then holds every coefficient: 11 bytes a pixel, 4.6 GB for
 * 400 megapixels (measured). Above this the picture streams.
 */
const MOST_PIXELS_OPTIMISED = 24e6;

/** What went wrong in an encoder, in words that help. */
export function encodeError(
  cause: unknown,
  { format, width, height }: { format: WriteFormat; width: number; height: number },
): GessoError {
  if (cause instanceof GessoError) return cause;
  const text = cause instanceof Error ? cause.message : String(cause);
  if (/out of memory|bad_alloc/i.test(text))
    return new GessoError(
      'device/out-of-memory',
      `There is not enough memory to write ${width} x ${height} pixels as ${format.toUpperCase()}.`,
      'Close other programs, or choose JPEG, PNG or TIFF, which are written row by row.',
      cause,
    );
  return new GessoError(
    'output/unsupported',
    `The result could not be written as ${format.toUpperCase()}: ${text.trim()}`,
    'Choose another format.',
    cause,
  );
}

export interface EncodeOptions {
  format: WriteFormat;
  /** 1..100 for JPEG, WebP and AVIF. */
  quality: number;
  depth: 8 | 16;
  grey: boolean;
  hasAlpha: boolean;
  width: number;
  height: number;
  /** For TIFF, into which libvips writes none; the other formats take it from the spool. */
  exif: Uint8Array | undefined;
}

/**
 * Encodes a finished spool into `target`, flushed to disk, and returns its hash. The profile and metadata blobs in
 * the spool's trailer go along. On failure nothing is left at `target`.
 */
export async function encode(
  spoolPath: string,
  target: string,
  options: EncodeOptions,
): Promise<{ sha256: string; bytes: number }> {
  const is16 = options.depth === 16 && (options.format === 'png' || options.format === 'tiff');
  const space = options.grey ? (is16 ? 'grey16' : 'b-w') : is16 ? 'rgb16' : 'srgb';
  let pipeline = sharp(spoolPath, { limitInputPixels: false, sequentialRead: true, ignoreIcc: true })
    .keepMetadata()
    .toColourspace(space);
  if (options.hasAlpha && options.format === 'jpeg') pipeline = pipeline.flatten({ background: '#ffffff' });
  switch (options.format) {
    case 'ora':
      throw new Error('what has layers is written by encodeLayered');
    case 'png':
      pipeline = pipeline.png({ compressionLevel: 6 });
      break;
    case 'jpeg':
      pipeline = pipeline.jpeg({
        quality: options.quality,
        chromaSubsampling: options.quality >= 90 ? '4:4:4' : '4:2:0',
        optimiseCoding: options.width * options.height <= MOST_PIXELS_OPTIMISED,
      });
      break;
    case 'webp':
      pipeline = pipeline.webp({ quality: options.quality, smartSubsample: options.quality >= 90 });
      break;
    case 'avif':
      pipeline = pipeline.avif({
        quality: options.quality,
        chromaSubsampling: options.quality >= 90 ? '4:4:4' : '4:2:0',
      });
      break;
    case 'tiff':
      pipeline = pipeline.tiff({
        compression: 'deflate',
        predictor: 'horizontal',
        // Past 4 GB of pixels the classic format's offsets do not reach.
        bigtiff: options.width * options.height * 4 * (is16 ? 2 : 1) > 3.5e9,
      });
      break;
  }
  try {
    await pipeline.toFile(target);
    if (options.exif && options.format === 'tiff') await writeTiffExif(target, options.exif);
    await fsyncFile(target);
    return await hashFile(target);
  } catch (cause) {
    await rm(target, { force: true });
    throw storageError(cause, target) ?? encodeError(cause, options);
  }
}
