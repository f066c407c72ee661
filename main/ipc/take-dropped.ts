import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Reply } from '../../contract/channels.ts';
import { isClip } from '../jobs/clip-files.ts';
import { hasPictureName } from '../jobs/picture-files.ts';
import { isRecipeFile } from '../jobs/recipe-file.ts';
import { isProjectFile } from './projects.ts';
import { stepOfPicture } from './step-of-picture.ts';
import type { Studio } from './studio.ts';

/** What diffusion models come as, besides folders. */
const CHECKPOINT = /\.(safetensors|ckpt|pt|pth)$/i;

type Taken = Reply<'generate.take'>;

/**
 * What is dropped on Generate: a diffusion model is imported, a picture or a walk that says how it was made gives its
 * settings, another picture is what the next one begins with, a recipe becomes a preset. Of several models or pictures the last one is what is chosen.
 * @param importBundle takes in a model, returns its id
 * @throws GessoError what importing or opening it throws
 */
export async function takeDropped(
  paths: readonly string[],
  studio: Studio,
  importBundle: (file: string) => Promise<string>,
): Promise<Taken> {
  const taken: Taken = { presets: [], missing: [] };
  for (const file of paths) {
    if (isRecipeFile(file)) taken.presets.push((await studio.presets.import(file)).name);
    else if (isProjectFile(file)) await studio.openProject(file);
    else if (isDiffusionModel(file)) taken.bundle = await importBundle(file);
    else if (hasPictureName(file) || isVector(file)) {
      const told = await stepOfPicture(file, studio.options.workshop, studio.generate.files);
      if (told) {
        taken.step = told.step;
        taken.missing.push(...told.missing);
        continue;
      }
      const opened = { path: file, studio: 'generate' as const };
      studio.openOne(opened);
      taken.source = studio.sources.idOf(opened);
    } else {
      // A walk that was made here says what it passes.
      const told = isClip(file) ? await stepOfClip(file, studio) : undefined;
      if (told) taken.step = told.step;
      else await studio.open([file], 'generate');
    }
  }
  return taken;
}

/** A clip that cannot be read says nothing here: whoever opens it says why. */
function stepOfClip(file: string, { options, generate }: Studio) {
  return stepOfPicture(file, options.workshop, generate.files).catch(() => undefined);
}

function isVector(file: string): boolean {
  return path.extname(file).toLowerCase() === '.svg';
}

/** A folder as diffusers saves it, or weights in one file. */
function isDiffusionModel(file: string): boolean {
  const isFolder = statSync(file, { throwIfNoEntry: false })?.isDirectory() === true;
  return isFolder ? existsSync(path.join(file, 'model_index.json')) : CHECKPOINT.test(file);
}
