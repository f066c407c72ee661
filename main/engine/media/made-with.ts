import { readPngTexts } from './png-text.ts';
import { probe } from './probe.ts';
import { recipeIn } from './xmp.ts';

/** How a file says that it was made. */
export interface MadeWith {
  /** Gesso's recipe, JSON. */
  readonly recipe?: string;
  /** The settings as A1111's web interface writes them. */
  readonly parameters?: string;
}

/**
 * Reads out of a picture how it was made.
 * @throws GessoError input/unreadable, input/unsupported
 */
export async function madeWith(file: string): Promise<MadeWith> {
  const info = await probe(file);
  const recipe = info.xmp === undefined ? undefined : recipeIn(info.xmp);
  const parameters = info.format === 'png' ? (await readPngTexts(file)).parameters : commentIn(info.exif);
  return { ...(recipe !== undefined && { recipe }), ...(parameters !== undefined && { parameters }) };
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
