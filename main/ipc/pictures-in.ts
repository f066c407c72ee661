import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

/** What a folder offers; a file that is named by itself is always taken, whatever it is called. */
const PICTURE_NAMES = /\.(jpe?g|jpe|png|tiff?|webp|avif|gif)$/i;

/** The pictures behind dropped or chosen paths: files as they are, folders with all that lies below them, in order. */
export async function picturesIn(paths: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const given of paths) {
    const file = path.resolve(given);
    const isFolder = await stat(file).then(
      (facts) => facts.isDirectory(),
      () => false,
    );
    if (isFolder) found.push(...(await listFolder(file)));
    else found.push(file);
  }
  return [...new Set(found)];
}

async function listFolder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const files: string[] = [];
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name.startsWith('.')) continue;
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) files.push(...(await listFolder(file)));
    else if (PICTURE_NAMES.test(entry.name)) files.push(file);
  }
  return files;
}
