import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Studio } from '../../contract/tasks.ts';
import { hasClipName, isPictureSequence, listClips } from '../jobs/clip-files.ts';
import { hasPictureName, listPictures } from '../jobs/picture-files.ts';

/** What can be open in the window: a picture, a clip, the folder of a film in pictures, or the two pictures of a pair. */
export interface Opened {
  readonly path: string;
  readonly studio: Studio;
  /** The other picture of a pair. */
  readonly second?: string | undefined;
}

export function picture(file: string): Opened {
  return { path: file, studio: 'restore' };
}

/** The same for the same: a GIF can be open twice, as a picture and as a clip. */
export function keyOf({ path: file, studio, second }: Opened): string {
  return studio === 'restore' ? file : `${studio}\0${file}\0${second ?? ''}`;
}

/**
 * What dropped or chosen paths come to in the studio on screen. Clips go to Interpolate wherever they are dropped; a
 * picture stays in the studio, but in Interpolate two of them are the ends of a film, and a folder of them is one.
 */
export async function openedFrom(paths: readonly string[], studio: Studio): Promise<Opened[]> {
  const found: Opened[] = [];
  const loose: string[] = [];
  for (const file of new Set(paths.map((each) => path.resolve(each)))) {
    if (await isFolder(file)) found.push(...(await inFolder(file, studio)));
    else if (hasClipName(file) && (studio === 'interpolate' || !hasPictureName(file)))
      found.push({ path: file, studio: 'interpolate' });
    else if (studio === 'interpolate') loose.push(file);
    else found.push({ path: file, studio });
  }
  const [first, second, ...more] = loose;
  const isPair = first && second && more.length === 0 && loose.every(hasPictureName);
  // One picture alone, or a file of an unknown name: its reader says what it wants.
  const rest = isPair ? [{ path: first, second, studio }] : loose.map((file) => ({ path: file, studio }));
  return [...new Map([...found, ...rest].map((opened) => [keyOf(opened), opened])).values()];
}

async function inFolder(folder: string, studio: Studio): Promise<Opened[]> {
  if (studio !== 'interpolate')
    return (await listPictures(folder, true, () => {})).map((file) => ({ path: file, studio }));
  if (await isPictureSequence(folder)) return [{ path: folder, studio }];
  return (await listClips(folder, true)).map((file) => ({ path: file, studio }));
}

async function isFolder(file: string): Promise<boolean> {
  return stat(file).then(
    (facts) => facts.isDirectory(),
    () => false,
  );
}
