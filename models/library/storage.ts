import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { GessoError } from '../../contract/errors.ts';

/** Words a failure to write as the user's remedy; undefined where it is not about storage. */
export function storageError(cause: unknown, target: string): GessoError | undefined {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code ?? '';
  const text = cause instanceof Error ? cause.message : '';
  const folder = path.dirname(target);
  if (['ENOSPC', 'EDQUOT'].includes(code) || /no space left|disk full|quota exceeded/i.test(text))
    return new GessoError(
      'output/no-space',
      `There is no room left for ${path.basename(target)} in ${folder}.`,
      'Free some space or choose another folder, then retry.',
      cause,
    );
  if (
    ['EACCES', 'EPERM', 'EROFS'].includes(code) ||
    /permission denied|read-only file system|unable to open for write/i.test(text)
  )
    return new GessoError(
      'output/denied',
      `Gesso may not write into ${folder}.`,
      'Choose another folder, or give yourself permission to write there.',
      cause,
    );
  if (['ENOTDIR', 'ENOENT', 'EEXIST', 'EISDIR'].includes(code))
    return new GessoError(
      'output/denied',
      `The folder ${folder} cannot be used.`,
      'Choose another folder.',
      cause,
    );
  return undefined;
}

export async function fsyncFile(file: string): Promise<void> {
  // Windows flushes only through a handle that may write.
  const handle = await open(file, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes a rename durable; a no-op where folders cannot be opened (Windows). */
export async function fsyncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Gives a file another text: a kill at any moment leaves the old one or the new one, whole.
 * @throws GessoError output/no-space, output/denied
 */
export async function replaceText(file: string, text: string): Promise<void> {
  // Two processes may rename at once: each writes a draft of its own.
  const draft = `${file}.${process.pid}.part`;
  try {
    await writeFile(draft, text);
    await fsyncFile(draft);
    await rename(draft, file);
    await fsyncFolder(path.dirname(file));
  } catch (thrown) {
    await rm(draft, { force: true });
    throw storageError(thrown, file) ?? thrown;
  }
}

export async function hashFile(file: string): Promise<{ sha256: string; bytes: number }> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return { sha256: hash.digest('hex'), bytes: (await stat(file)).size };
}

/** One hash for a folder's files: of their names and hashes, in order. */
export async function hashFolder(folder: string): Promise<string> {
  const hash = createHash('sha256');
  for (const name of (await readdir(folder)).sort())
    hash.update(`${name} ${(await hashFile(path.join(folder, name))).sha256}\n`);
  return hash.digest('hex');
}
