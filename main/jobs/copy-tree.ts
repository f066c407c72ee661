import { createHash } from 'node:crypto';
import { mkdir, open, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { cancelled, GessoError } from '../../contract/errors.ts';
import { fsyncFolder } from '../../models/library/storage.ts';

export interface TreeFile {
  /** Relative to the tree's root. */
  name: string;
  bytes: number;
}

/** Every file of a tree with its size, links followed; `takes` is asked about each name at the top. */
export async function listTree(root: string, takes: (name: string) => boolean): Promise<TreeFile[]> {
  const found: TreeFile[] = [];
  const look = async (folder: string): Promise<void> => {
    for (const name of (await readdir(path.join(root, folder))).sort()) {
      const file = path.join(folder, name);
      if (folder === '' && !takes(name)) continue;
      // The queue's log comes and goes with its readers.
      const facts = await stat(path.join(root, file)).catch(unlessMissing);
      if (facts?.isDirectory()) await look(file);
      else if (facts?.isFile()) found.push({ name: file, bytes: facts.size });
    }
  };
  await look('');
  return found;
}

function unlessMissing(cause: NodeJS.ErrnoException): undefined {
  if (cause.code !== 'ENOENT') throw cause;
}

export interface CopyOptions {
  signal?: AbortSignal | undefined;
  /** Bytes that were copied or read again since the last call. */
  onBytes(bytes: number): void;
}

const PIECE = 1 << 20;

/**
 * Copies files from one root to another, each flushed and then read again: what lies on the new disk has the hash of
 * what was read from the old one.
 * @throws GessoError job/cancelled, output/denied; whatever reading and writing throw
 */
export async function copyFiles(
  from: string,
  to: string,
  files: readonly TreeFile[],
  options: CopyOptions,
): Promise<void> {
  const folders = new Set([to]);
  for (const { name } of files) {
    const target = path.join(to, name);
    await mkdir(path.dirname(target), { recursive: true });
    for (let folder = path.dirname(target); folder !== to; folder = path.dirname(folder)) folders.add(folder);
    const sha256 = await copyFile(path.join(from, name), target, options);
    if ((await readThrough(target, options)) !== sha256)
      throw new GessoError(
        'output/denied',
        `${target} is not what was written there.`,
        'Check that disk, or choose another.',
      );
  }
  for (const folder of folders) await fsyncFolder(folder);
}

async function copyFile(from: string, to: string, options: CopyOptions): Promise<string> {
  const target = await open(to, 'wx');
  try {
    const sha256 = await readThrough(from, options, (part) => target.writeFile(part));
    await target.sync();
    return sha256;
  } finally {
    await target.close();
  }
}

/** @returns the SHA-256 of what was read */
async function readThrough(
  file: string,
  { signal, onBytes }: CopyOptions,
  onPiece?: (piece: Buffer) => Promise<void>,
): Promise<string> {
  const hash = createHash('sha256');
  const piece = Buffer.allocUnsafe(PIECE);
  const source = await open(file, 'r');
  try {
    for (;;) {
      stopIfAborted(signal);
      const { bytesRead } = await source.read(piece, 0, piece.length);
      if (bytesRead === 0) return hash.digest('hex');
      const part = piece.subarray(0, bytesRead);
      hash.update(part);
      await onPiece?.(part);
      onBytes(bytesRead);
    }
  } finally {
    await source.close();
  }
}

export function stopIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw cancelled('Moving the data');
}
