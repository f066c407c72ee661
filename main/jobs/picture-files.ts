import { readdir } from 'node:fs/promises';
import path from 'node:path';

/** What a folder or a glob offers; a file that is named by itself is always taken, whatever it is called. */
const PICTURE_NAMES = /\.(jpe?g|jpe|png|tiff?|webp|avif|gif)$/i;

export function hasPictureName(file: string): boolean {
  return PICTURE_NAMES.test(file);
}

/**
 * The pictures of a folder by name, in order; hidden files are left out. A folder that cannot be read, the first or
 * one below it, is told to `onUnreadable`, and the rest goes on.
 */
export async function listPictures(
  folder: string,
  recursive: boolean,
  onUnreadable: (folder: string, cause: unknown) => void,
): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    onUnreadable(folder, cause);
    return [];
  });
  const files: string[] = [];
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name.startsWith('.')) continue;
    const file = path.join(folder, entry.name);
    if (!entry.isDirectory()) files.push(...(hasPictureName(entry.name) ? [file] : []));
    else if (recursive) files.push(...(await listPictures(file, recursive, onUnreadable)));
  }
  return files;
}
