import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { hasPictureName } from './picture-files.ts';

/** What folders and globs are searched for; a file that is named itself is read whatever it is called. */
const CLIPS =
  /\.(mp4|m4v|mov|qt|mkv|webm|avi|mpg|mpeg|m2v|ts|mts|m2ts|wmv|flv|f4v|3gp|3g2|ogv|mxf|vob|gif|y4m|nut)$/i;

export function hasClipName(file: string): boolean {
  return CLIPS.test(file);
}

/** By its name, what Style takes for a clip: a GIF is a picture there. */
export function isClip(file: string): boolean {
  return hasClipName(file) && !hasPictureName(file);
}

/** Whether a folder holds pictures and no clips: a film in single frames. */
export async function isPictureSequence(folder: string): Promise<boolean> {
  const names = (await readdir(folder)).filter((name) => !name.startsWith('.'));
  return (
    names.filter(hasPictureName).length >= 2 &&
    !names.some((name) => hasClipName(name) && !/\.gif$/i.test(name))
  );
}

/** The clips of a folder, sorted; those of its folders too where wished. */
export async function listClips(folder: string, recursive: boolean): Promise<string[]> {
  const entries = await readdir(folder, { recursive, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.') && hasClipName(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}
