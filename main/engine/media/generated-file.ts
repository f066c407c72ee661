import { hashFile } from '../../../models/library/storage.ts';
import { encode, type WriteFormat } from './encode.ts';
import { addPngText } from './png-text.ts';
import type { RawPicture } from './raw-picture.ts';
import { Spool } from './spool.ts';
import { recordRecipe } from './xmp.ts';

/**
 * Where a picture comes from, by IPTC's vocabulary (cv.iptc.org/newscodes/digitalsourcetype): of a trained network, of
 * one together with a picture of the user's, of rules.
 */
type SourceType = 'trainedAlgorithmicMedia' | 'compositeWithTrainedAlgorithmicMedia' | 'algorithmicMedia';

export interface GeneratedOptions {
  /** The finished file, flushed; on failure nothing is left there. */
  readonly target: string;
  /** A spool on the way. */
  readonly work: string;
  readonly format: Exclude<WriteFormat, 'ora'>;
  readonly quality: number;
  readonly software: string;
  readonly recipe: string;
  readonly sourceType: SourceType;
  /** The settings as A1111 writes them, which other programs read. */
  readonly parameters: string;
}

/**
 * Writes a made picture with 8 bits a channel and says in it how it was made.
 * @throws GessoError output/no-space, output/denied, output/unsupported
 */
export async function writeGenerated(
  { width, height, data }: RawPicture,
  options: GeneratedOptions,
): Promise<{ sha256: string; bytes: number }> {
  const { target, work, format, quality, parameters } = options;
  const spool = await Spool.create(work, { width, height, channels: 3, depth: 8 });
  try {
    for (let y = 0; y < height; y += 1)
      await spool.appendRow(data.subarray(y * width * 3, (y + 1) * width * 3));
    const exif = exifComment(parameters);
    const xmp = recordRecipe(undefined, options.software, options.recipe, options.sourceType);
    await spool.finish({
      'xmp-data': Buffer.from(xmp, 'utf8'),
      ...(format !== 'tiff' && { 'exif-data': exif }),
    });
    const written = await encode(work, target, {
      ...{ format, quality, depth: 8, grey: false, hasAlpha: false, width, height },
      exif: undefined,
    });
    if (format !== 'png') return written;
    await addPngText(target, 'parameters', parameters);
    return await hashFile(target);
  } finally {
    await spool.close();
  }
}

const TAG = { exifFolder: 0x8769, userComment: 0x9286 } as const;

/** EXIF with nothing but a comment by the user, in UTF-16 as programs expect it (Exif 2.32, 4.6.5, UserComment). */
function exifComment(text: string): Buffer {
  const comment = Buffer.concat([Buffer.from('UNICODE\0', 'latin1'), Buffer.from(text, 'utf16le').swap16()]);
  // Big-endian: then the comment's own order, which readers disagree about, is the file's.
  const tiff = Buffer.alloc(44);
  tiff.write('MM', 0, 'latin1');
  tiff.writeUInt16BE(42, 2);
  tiff.writeUInt32BE(8, 4);
  entry(tiff, 8, TAG.exifFolder, 4, 1, 26);
  entry(tiff, 26, TAG.userComment, 7, comment.length, 44);
  return Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff, comment]);
}

/** A folder of one entry and no next one. */
function entry(tiff: Buffer, at: number, tag: number, type: number, count: number, value: number): void {
  tiff.writeUInt16BE(1, at);
  tiff.writeUInt16BE(tag, at + 2);
  tiff.writeUInt16BE(type, at + 4);
  tiff.writeUInt32BE(count, at + 6);
  tiff.writeUInt32BE(value, at + 10);
  tiff.writeUInt32BE(0, at + 14);
}
