import { open } from 'node:fs/promises';
import path from 'node:path';
import { readPngTexts } from './png-text.ts';
import { probe } from './probe.ts';
import { recordIn } from './video/clip-record.ts';
import { recipeIn } from './xmp.ts';

/** An SVG of ours says how it was made before it draws anything. */
const SVG_HEAD = 2 ** 18;

/** Clips that can say it. */
const CLIP = /\.(mp4|m4v|mov|webm|mkv)$/i;

/** How a file says that it was made. */
export interface MadeWith {
  /** Gesso's recipe, JSON. */
  readonly recipe?: string;
  /** The settings as A1111's web interface writes them. */
  readonly parameters?: string;
}

/**
 * Reads out of a picture or a clip how it was made.
 * @throws GessoError input/unreadable, input/unsupported
 */
export async function madeWith(file: string): Promise<MadeWith> {
  if (path.extname(file).toLowerCase() === '.svg') {
    const recipe = recipeIn(await headOf(file));
    return recipe === undefined ? {} : { recipe };
  }
  if (CLIP.test(file)) return recordIn(file);
  const info = await probe(file);
  const recipe = info.xmp === undefined ? undefined : recipeIn(info.xmp);
  const parameters = info.format === 'png' ? (await readPngTexts(file)).parameters : commentIn(info.exif);
  return { ...(recipe !== undefined && { recipe }), ...(parameters !== undefined && { parameters }) };
}

async function headOf(file: string): Promise<string> {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(SVG_HEAD), 0, SVG_HEAD, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}

const UTF16 = Buffer.from('UNICODE\0', 'latin1');

/** EXIF's comment by the user, where it is one in UTF-16: what follows the sign up to the block's end. */
function commentIn(exif: Uint8Array | undefined): string | undefined {
  if (!exif) return undefined;
  const bytes = Buffer.from(exif);
  const at = bytes.indexOf(UTF16);
  if (at < 0) return undefined;
  const text = bytes.subarray(at + UTF16.length);
  const even = text.subarray(0, text.length - (text.length % 2));
  // Latin letters tell the order of the bytes.
  const isBig = even[0] === 0;
  return (isBig ? Buffer.from(even).swap16() : even).toString('utf16le').replace(/\0+$/, '');
}
