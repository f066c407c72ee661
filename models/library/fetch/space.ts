import { mkdir, statfs } from 'node:fs/promises';
import { GessoError } from '../../../contract/errors.ts';

/** Left free whatever happens: a full system disk breaks more than a download. */
const MARGIN = 64 * 2 ** 20;

/** Bytes free to this user on the disk of `folder`. */
export type FreeBytes = (folder: string) => Promise<number>;

const freeBytesOf: FreeBytes = async (folder) => {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
};

/** @throws GessoError output/no-space where fewer than `needed` bytes (and a margin) are free */
export async function needSpace(
  folder: string,
  needed: number,
  freeBytes: FreeBytes = freeBytesOf,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const free = await freeBytes(folder);
  if (free >= needed + MARGIN) return;
  const mega = (bytes: number) => `${Math.ceil(bytes / 2 ** 20)} MB`;
  throw new GessoError(
    'output/no-space',
    `${folder} has ${mega(free)} free, and ${mega(needed + MARGIN)} are needed.`,
    'Free some space, or set GESSO_HOME to a folder on another disk.',
  );
}
