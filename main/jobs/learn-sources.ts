import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { GessoError } from '../../contract/errors.ts';
import { type LearnKind, type LearnStep, SAMPLE_SCENE, TRANSFORMS_FILE } from '../../contract/learn-step.ts';
import { listPictures } from './picture-files.ts';

const TEXTS = /\.(txt|md|csv)$/i;

/**
 * The files that a source stands for: itself, or what lies in it and below it, in order.
 * @throws GessoError input/unreadable naming the source
 */
export async function filesToLearn({
  kind,
  sources,
}: Pick<LearnStep, 'kind' | 'sources'>): Promise<string[]> {
  const files: string[] = [];
  for (const source of sources) {
    if (kind === 'nerf' && source === SAMPLE_SCENE) return [source];
    const info = await stat(source).catch(() => undefined);
    if (!info)
      throw new GessoError(
        'input/unreadable',
        `${source} is not there.`,
        'Name files or folders that exist.',
      );
    if (!info.isDirectory()) files.push(source);
    else if (kind === 'words') files.push(...(await textsIn(source)));
    else if (kind === 'nerf') files.push(...(await viewsIn(source)));
    else files.push(...(await picturesIn(source)));
  }
  const once = [...new Set(files)];
  if (once.length === 0) throw nothingIn(sources, kind);
  return once;
}

async function picturesIn(folder: string): Promise<string[]> {
  return listPictures(folder, true, (unreadable, cause) => {
    throw new GessoError(
      'input/unreadable',
      `${path.basename(unreadable)} cannot be read.`,
      'Check that you may open that folder.',
      cause,
    );
  });
}

/** Where the folder says from where they were taken, the engine reads that, and the pictures that it names. */
async function viewsIn(folder: string): Promise<string[]> {
  const cameras = path.join(folder, TRANSFORMS_FILE);
  const info = await stat(cameras).catch(() => undefined);
  return info?.isFile() ? [cameras] : picturesIn(folder);
}

/** Texts; where there are none, the pictures, whose names are their titles. */
async function textsIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const texts = entries
    .filter((entry) => entry.isFile() && TEXTS.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name));
  return texts.length ? texts.sort() : picturesIn(folder);
}

function nothingIn(sources: readonly string[], kind: LearnKind): GessoError {
  const names = sources.map((source) => path.basename(source)).join(', ');
  return new GessoError(
    'input/unsupported',
    `There is nothing to learn from in ${names}.`,
    kind === 'words'
      ? 'Choose a text, or a folder of texts or of titled pictures.'
      : 'Choose a folder of pictures.',
  );
}
