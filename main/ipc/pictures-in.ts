import { stat } from 'node:fs/promises';
import path from 'node:path';
import { listPictures } from '../jobs/picture-files.ts';

/** The pictures behind dropped or chosen paths: files as they are, folders with all that lies below them, in order. */
export async function picturesIn(paths: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const given of paths) {
    const file = path.resolve(given);
    const isFolder = await stat(file).then(
      (facts) => facts.isDirectory(),
      () => false,
    );
    if (isFolder) found.push(...(await listPictures(file, true, () => {})));
    else found.push(file);
  }
  return [...new Set(found)];
}
