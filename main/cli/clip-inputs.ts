import { statSync } from 'node:fs';
import path from 'node:path';
import { glob, isDynamicPattern } from 'tinyglobby';
import { GessoError } from '../../contract/errors.ts';
import { hasClipName, isPictureSequence, listClips } from '../jobs/clip-files.ts';
import { hasPictureName } from '../jobs/picture-files.ts';
import type { NewItem } from '../jobs/store.ts';
import type { CollectOptions } from './inputs.ts';

export interface CollectedClips {
  items: NewItem[];
  /** Inputs that gave nothing, with the reason. */
  problems: { input: string; error: GessoError }[];
  /** Results of earlier jobs that were found in a folder and left out. */
  ownOutputs: number;
}

/**
 * Turns files, folders and globs into clips, each once, in a stable order. Exactly two pictures are one clip; so is a
 * folder that holds pictures and no clips.
 */
export async function collectClips(
  inputs: readonly string[],
  options: CollectOptions,
): Promise<CollectedClips> {
  const { cwd, out } = options;
  const collected: CollectedClips = { items: [], problems: [], ownOutputs: 0 };
  const absolute = inputs.map((input) => path.resolve(cwd, input));
  const isPair = absolute.length === 2 && absolute.every((file) => hasPictureName(file) && isFile(file));
  if (isPair) {
    const [first, second] = absolute as [string, string];
    collected.items.push({ input: first, second, folder: out ?? path.dirname(first) });
    return collected;
  }
  const seen = new Set<string>();
  const add = (input: string, tree: string) => {
    if (seen.has(input)) return;
    seen.add(input);
    collected.items.push({ input, folder: out === undefined ? path.dirname(input) : path.join(out, tree) });
  };
  const offer = (input: string, tree: string) => {
    if (options.isOwnOutput(input)) collected.ownOutputs += 1;
    else add(input, tree);
  };
  for (const [at, given] of inputs.entries()) {
    const file = absolute[at]!;
    if (isFolder(file)) {
      if (await isPictureSequence(file)) add(file, '');
      else await addFolder(file, options, collected, offer);
    } else if (!isFile(file) && isDynamicPattern(given)) {
      const found = await glob(given.replaceAll('\\', '/'), { cwd, absolute: true, dot: false });
      const clips = found.filter(hasClipName).sort();
      for (const clip of clips) offer(path.normalize(clip), '');
      if (clips.length === 0) collected.problems.push({ input: file, error: noClips(given, true) });
    } else if (isFile(file) && hasPictureName(file) && !hasClipName(file)) {
      collected.problems.push({ input: file, error: onePicture(file) });
    } else add(file, '');
  }
  return collected;
}

async function addFolder(
  folder: string,
  { recursive }: CollectOptions,
  collected: CollectedClips,
  offer: (input: string, tree: string) => void,
): Promise<void> {
  const before = collected.items.length + collected.ownOutputs;
  const clips = await listClips(folder, recursive);
  for (const clip of clips) offer(clip, path.relative(folder, path.dirname(clip)));
  if (collected.items.length + collected.ownOutputs === before)
    collected.problems.push({ input: folder, error: noClips(folder, recursive) });
}

function isFolder(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function isFile(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
}

function onePicture(file: string): GessoError {
  return new GessoError(
    'input/unsupported',
    `${path.basename(file)} is a picture: there is nothing between it and another.`,
    'Give two pictures, or the folder of a sequence.',
  );
}

function noClips(what: string, recursive: boolean): GessoError {
  return new GessoError(
    'input/unreadable',
    `There are neither clips nor pictures in ${what}.`,
    recursive ? 'Check the path.' : 'Check the path, or add --recursive to look into its folders.',
  );
}
