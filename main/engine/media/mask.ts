import path from 'node:path';
import sharp from 'sharp';
import { storageError } from '../../../models/library/storage.ts';
import { damaged, type PictureInfo, READ_OPTIONS } from './probe.ts';
import { Spool } from './spool.ts';

/**
 * Decodes any picture as a mask of `size` into a spool at `target`: one channel of 8 bits, white is full; what is
 * transparent counts as black.
 * @throws GessoError input/unreadable, output/no-space
 */
export async function decodeMask(
  info: PictureInfo,
  size: { width: number; height: number },
  target: string,
): Promise<Spool> {
  try {
    await sharp(info.path, READ_OPTIONS)
      .autoOrient()
      .flatten({ background: '#000000' })
      .resize(size.width, size.height, { fit: 'fill', kernel: 'linear' })
      .toColourspace('b-w')
      .extractChannel(0)
      .toFile(target);
  } catch (cause) {
    throw storageError(cause, target) ?? damaged(path.basename(info.path), cause);
  }
  return Spool.open(target);
}
