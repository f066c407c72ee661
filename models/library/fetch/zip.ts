import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import yauzl from 'yauzl';
import { GessoError } from '../../../contract/errors.ts';
import { atMost } from './at-most.ts';

const MAX_ENTRY_BYTES = 2 ** 31;

/**
 * Takes the named entries, and nothing else, out of a zip; each is written under its last name into `folder`.
 * Sizes are held to what the archive's directory says, so that a bomb stops early.
 * @returns the files written, in the order of `names`
 * @throws GessoError model/broken where the zip is damaged or lacks an entry
 */
export async function extractZip(
  zipFile: string,
  names: readonly string[],
  folder: string,
): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const targets = new Map(names.map((name) => [name, path.join(folder, path.posix.basename(name))]));
  const found = new Set<string>();
  let zip: yauzl.ZipFile | undefined;
  try {
    zip = await yauzl.openPromise(zipFile, {
      lazyEntries: true,
      autoClose: false,
      validateEntrySizes: true,
    });
    for await (const entry of zip.eachEntry()) {
      const target = targets.get(entry.fileName);
      if (!target || found.has(entry.fileName)) continue;
      if (entry.uncompressedSize > MAX_ENTRY_BYTES) throw new Error(`${entry.fileName} is too large`);
      const stream = await zip.openReadStreamPromise(entry);
      await pipeline(stream, atMost(entry.uncompressedSize), createWriteStream(target));
      found.add(entry.fileName);
    }
  } catch (cause) {
    throw damaged(zipFile, (cause as Error).message, cause);
  } finally {
    zip?.close();
  }
  const missing = names.find((name) => !found.has(name));
  if (missing) throw damaged(zipFile, `it has no ${missing}`);
  return [...targets.values()];
}

function damaged(file: string, why: string, cause?: unknown): GessoError {
  return new GessoError(
    'model/broken',
    `${file} is not a readable archive: ${why}.`,
    'Fetch the model again.',
    cause,
  );
}
