import { open, stat } from 'node:fs/promises';
import path from 'node:path';
import sharp, { type Metadata } from 'sharp';
import { GessoError } from '../../../contract/errors.ts';
import type { Depth } from '../../../contract/raster.ts';
import { type Profile, parseProfile } from './icc.ts';
import { sniff } from './sniff.ts';
import { readTiffExif } from './tiff-exif.ts';

// libvips keeps recent operations by file name; a spool or an overwritten file would be answered from that cache.
sharp.cache(false);

/** A picture may claim this many pixels at most: about 2 GB of 8-bit rows in a spool. */
const MAX_PIXELS = 700_000_000;

type PictureFormat = 'png' | 'jpeg' | 'webp' | 'avif' | 'tiff' | 'gif';

export interface PictureInfo {
  path: string;
  format: PictureFormat;
  /** Size after orientation has been applied. */
  width: number;
  height: number;
  depth: Depth;
  colour: 'grey' | 'rgb' | 'other';
  hasAlpha: boolean;
  pages: number;
  profile: Profile | undefined;
  icc: Uint8Array | undefined;
  exif: Uint8Array | undefined;
  iptc: Uint8Array | undefined;
  xmp: string | undefined;
}

/** How every reader opens a file: no implicit colour conversion, broken files refused, first page only. */
export const READ_OPTIONS = {
  failOn: 'error',
  limitInputPixels: false,
  sequentialRead: true,
  page: 0,
} as const;

/**
 * Reads what a picture file says of itself, without its pixels.
 * @throws GessoError input/unreadable, input/unsupported or input/too-large, naming the file.
 */
export async function probe(file: string): Promise<PictureInfo> {
  const name = path.basename(file);
  const format = await identify(file, name);
  let meta: Metadata;
  try {
    meta = await sharp(file, READ_OPTIONS).metadata();
  } catch (cause) {
    throw damaged(name, cause);
  }
  const { width, height } = meta.autoOrient;
  checkSize(width, height, name);
  if (meta.depth !== 'uchar' && meta.depth !== 'ushort')
    throw new GessoError(
      'input/unsupported',
      `${name} holds ${meta.depth} samples.`,
      'Export it with 8 or 16 bits a channel.',
    );
  return {
    path: file,
    format,
    width,
    height,
    depth: meta.depth === 'ushort' ? 16 : 8,
    colour: colourOf(meta.space),
    hasAlpha: meta.hasAlpha,
    pages: meta.pages ?? 1,
    profile: meta.icc && parseProfile(meta.icc),
    icc: meta.icc,
    exif: meta.exif ?? (format === 'tiff' ? await readTiffExif(file) : undefined),
    iptc: meta.iptc,
    xmp: meta.xmp?.toString('utf8'),
  };
}

function checkSize(width: number, height: number, name: string): void {
  if (width * height <= MAX_PIXELS) return;
  throw new GessoError(
    'input/too-large',
    `${name} says it is ${width} x ${height} pixels, more than Gesso opens.`,
    `Pictures may have up to ${MAX_PIXELS / 1e6} megapixels; crop or split it first.`,
  );
}

/** Wraps what libvips says of a file that it cannot decode. */
export function damaged(name: string, cause: unknown): GessoError {
  const text = cause instanceof Error ? cause.message : String(cause);
  const early =
    /premature|truncated|end of (file|stream)|EOF|not enough data|read error|unexpected end/i.test(text);
  return new GessoError(
    'input/unreadable',
    `Couldn't read ${name}: ${early ? 'the file ends early' : 'the file is damaged'}.`,
    'Copy it again from the card or the original, or skip it.',
    cause,
  );
}

function colourOf(space: string): PictureInfo['colour'] {
  if (space === 'b-w' || space === 'grey16') return 'grey';
  return space === 'srgb' || space === 'rgb' || space === 'rgb16' ? 'rgb' : 'other';
}

async function identify(file: string, name: string): Promise<PictureFormat> {
  const head = await readHead(file, name);
  const sniffed = sniff(head, name);
  switch (sniffed.kind) {
    case 'picture':
      // libpng refuses a lying header as damaged; what it claims is the better answer.
      if (sniffed.format === 'png' && head.length >= 24) {
        const view = new DataView(head.buffer, head.byteOffset);
        checkSize(view.getUint32(16), view.getUint32(20), name);
      }
      return sniffed.format;
    case 'empty':
      throw new GessoError(
        'input/unreadable',
        `Couldn't read ${name}: the file is empty.`,
        'Copy it again, or skip it.',
      );
    case 'unsupported':
      throw new GessoError(
        'input/unsupported',
        `${name} is ${sniffed.what}, which Gesso does not read.`,
        sniffed.instead,
      );
    case 'unknown':
      throw new GessoError(
        'input/unsupported',
        `${name} is not a picture that Gesso knows.`,
        'Gesso reads JPEG, PNG, TIFF, WebP, AVIF and GIF.',
      );
  }
}

async function readHead(file: string, name: string): Promise<Uint8Array> {
  try {
    if ((await stat(file)).isDirectory())
      throw new GessoError('input/unreadable', `${name} is a folder.`, 'Choose the pictures inside it.');
    const handle = await open(file, 'r');
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(512), 0, 512, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (cause) {
    if (cause instanceof GessoError) throw cause;
    const code = (cause as NodeJS.ErrnoException).code;
    const [reason, hint] =
      code === 'ENOENT'
        ? ['it is not there', 'Check the name, or whether the drive is connected.']
        : code === 'EACCES' || code === 'EPERM'
          ? ['you may not read it', 'Give yourself permission to read it.']
          : [`the system said ${code ?? String(cause)}`, 'Check the drive.'];
    throw new GessoError('input/unreadable', `Couldn't read ${name}: ${reason}.`, hint, cause);
  }
}
