import { open, rm } from 'node:fs/promises';
import path from 'node:path';
import { extractZip } from '../../../models/library/fetch/zip.ts';
import { damaged } from './probe.ts';
import { isOra } from './sniff.ts';

const WHOLE = 'mergedimage.png';

/**
 * Gives `work` a file that libvips reads: the file itself, or the whole that an OpenRaster has beside its layers, taken
 * out beside `near` for as long as that takes.
 * @throws GessoError input/unreadable, naming the file
 */
export async function asPicture<T>(
  file: string,
  near: string,
  work: (picture: string) => Promise<T>,
): Promise<T> {
  if (!(await startsAsOra(file))) return work(file);
  const folder = `${near}.${process.pid}.merged`;
  try {
    const [picture] = await extractZip(file, [WHOLE], folder).catch((cause: unknown) => {
      throw damaged(path.basename(file), cause);
    });
    return await work(picture!);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What cannot be opened is none: who reads it next says why. */
async function startsAsOra(file: string): Promise<boolean> {
  const handle = await open(file, 'r').catch(() => undefined);
  try {
    const read = await handle?.read(Buffer.alloc(64), 0, 64, 0);
    return read !== undefined && isOra(read.buffer.subarray(0, read.bytesRead));
  } catch {
    return false;
  } finally {
    await handle?.close();
  }
}
