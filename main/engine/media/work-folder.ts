import { mkdir, rm, statfs } from 'node:fs/promises';
import path from 'node:path';
import { GessoError } from '../../../contract/errors.ts';
import { storageError } from '../../../models/library/storage.ts';

/**
 * Makes the empty folder of a picture's spools and refuses at once what cannot fit on its disk.
 * @param needed bytes @param name of the picture, for the message
 * @throws GessoError output/no-space, output/denied
 */
export async function prepareWork(folder: string, needed: number, name: string): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    const disk = await statfs(folder);
    if (disk.bavail * disk.bsize < needed)
      throw new GessoError(
        'output/no-space',
        `${name} needs ${(needed / 1e9).toFixed(1)} GB of working space in ${path.dirname(folder)}, more than is free.`,
        'Free some space, or set GESSO_HOME to a folder on a larger disk.',
      );
  } catch (cause) {
    throw cause instanceof GessoError ? cause : (storageError(cause, folder) ?? cause);
  }
}
