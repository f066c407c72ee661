import { statSync } from 'node:fs';
import path from 'node:path';
import { glob, isDynamicPattern } from 'tinyglobby';
import { GessoError } from '../../contract/errors.ts';
import { isClip, listClips } from '../jobs/clip-files.ts';
import { hasPictureName, listPictures } from '../jobs/picture-files.ts';

export interface CollectOptions {
  /** Where relative inputs stand. */
  cwd: string;
  recursive: boolean;
  /** Absolute folder of the results; undefined: beside each input. */
  out: string | undefined;
  /** Files that earlier jobs made; a folder does not offer them again. */
  isOwnOutput(file: string): boolean;
  /** Whether folders and globs give clips too. */
  clips?: boolean;
}

export interface CollectedInputs {
  items: { input: string; folder: string }[];
  /** Inputs that gave nothing, with the reason. */
  problems: { input: string; error: GessoError }[];
  /** Results of earlier jobs that were found in a folder and left out. */
  ownOutputs: number;
}

/** Turns files, folders and globs into a list of pictures, each once, in a stable order. */
export async function collectInputs(
  inputs: readonly string[],
  options: CollectOptions,
): Promise<CollectedInputs> {
  const collected: CollectedInputs = { items: [], problems: [], ownOutputs: 0 };
  const seen = new Set<string>();
  const add = (input: string, tree = '') => {
    if (seen.has(input)) return;
    seen.add(input);
    const folder = options.out === undefined ? path.dirname(input) : path.join(options.out, tree);
    collected.items.push({ input, folder });
  };
  const offer = (input: string, tree: string) => {
    if (options.isOwnOutput(input)) collected.ownOutputs++;
    else add(input, tree);
  };
  for (const given of inputs) {
    const absolute = path.resolve(options.cwd, given);
    const kind = kindOf(absolute);
    if (kind === 'folder') {
      const before = seen.size + collected.ownOutputs + collected.problems.length;
      const files = await listPictures(absolute, options.recursive, (folder, cause) => {
        collected.problems.push({ input: folder, error: unreadableFolder(folder, cause) });
      });
      if (options.clips) files.push(...(await clipsIn(absolute, options.recursive)));
      for (const file of files) offer(file, path.relative(absolute, path.dirname(file)));
      if (seen.size + collected.ownOutputs + collected.problems.length === before)
        collected.problems.push({ input: absolute, error: noPictures(absolute, options.recursive) });
    } else if (kind === 'missing' && isDynamicPattern(given)) {
      const found = await glob(given.replaceAll('\\', '/'), { cwd: options.cwd, absolute: true, dot: false });
      const pictures = found.filter((file) => hasPictureName(file) || (options.clips && isClip(file))).sort();
      for (const file of pictures) offer(path.normalize(file), '');
      if (pictures.length === 0) collected.problems.push({ input: absolute, error: noPictures(given, true) });
    } else {
      add(absolute);
    }
  }
  return collected;
}

/** What cannot be looked into is said once, for pictures. */
async function clipsIn(folder: string, recursive: boolean): Promise<string[]> {
  return (await listClips(folder, recursive).catch(() => [])).filter(isClip);
}

function kindOf(file: string): 'folder' | 'file' | 'missing' {
  try {
    return statSync(file).isDirectory() ? 'folder' : 'file';
  } catch {
    return 'missing';
  }
}

function unreadableFolder(folder: string, cause: unknown): GessoError {
  return new GessoError(
    'input/unreadable',
    `Couldn't look into ${folder}: ${(cause as NodeJS.ErrnoException).code ?? String(cause)}.`,
    'Give yourself permission to read it, or leave it out.',
    cause,
  );
}

function noPictures(what: string, recursive: boolean): GessoError {
  return new GessoError(
    'input/unreadable',
    `There are no pictures in ${what}.`,
    recursive ? 'Check the path.' : 'Check the path, or add --recursive to look into its folders.',
  );
}
