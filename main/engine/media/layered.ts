import { rm } from 'node:fs/promises';
import { fsyncFile, hashFile, storageError } from '../../../models/library/storage.ts';
import { workingProfile } from './decode.ts';
import { encodeError, type WriteFormat } from './encode.ts';
import { type NamedLayer, pageOf } from './layer-page.ts';
import { writeOra } from './ora.ts';
import type { Spool, SpoolBlobs } from './spool.ts';
import { writeTiffPages } from './tiff-pages.ts';

/** A result together with what it was made of, all of one size, depth and encoding. */
export interface LayeredPicture {
  /** The result, finished. Its transparency is that of every layer, too. */
  readonly flat: Spool;
  /** The picture below all layers: its colour. */
  readonly base: Spool;
  /** The bottom one first. */
  readonly layers: readonly NamedLayer[];
  readonly blobs: SpoolBlobs;
}

/** Whether the file keeps its layers. */
export function isLayered({
  format,
  layered,
}: {
  format: WriteFormat;
  layered?: boolean | undefined;
}): boolean {
  return format === 'ora' || (format === 'tiff' && layered === true);
}

/**
 * Writes a result with its layers into `temp`, flushed to disk, and returns its hash. On failure nothing is left there.
 * @throws GessoError output/unsupported, output/no-space, device/out-of-memory
 */
export async function encodeLayered(
  picture: LayeredPicture,
  { format, temp, work }: { format: WriteFormat; temp: string; work: string },
): Promise<{ sha256: string; bytes: number }> {
  const { flat, base, layers, blobs } = picture;
  const below = { name: 'Picture', spool: base, mask: undefined, opacity: 1, blend: 'normal' } as const;
  const pages = [below, ...layers].map((layer) => pageOf(layer, flat));
  const whole = pageOf({ ...below, name: 'Result', spool: flat }, flat);
  try {
    if (format === 'ora') {
      const icc = blobs['icc-profile-data'] ?? (flat.channels < 3 ? undefined : await workingProfile('srgb'));
      await writeOra(temp, { flat, pages, icc, work });
    } else await writeTiffPages(temp, flat, { whole, pages, blobs });
    await fsyncFile(temp);
    return await hashFile(temp);
  } catch (cause) {
    await rm(temp, { force: true });
    const { width, height } = flat;
    throw storageError(cause, temp) ?? encodeError(cause, { format, width, height });
  }
}
