import path from 'node:path';
import type { AnyRecipe } from '../../contract/clip-recipe.ts';
import type { GessoError } from '../../contract/errors.ts';
import { runOptions } from '../../contract/recipe.ts';
import type { Workshop } from '../jobs/workshop.ts';
import { ensureModels } from './ensure-models.ts';
import { collectInputs } from './inputs.ts';
import { parseOrExplain } from './usage.ts';

/** What any command over pictures is told besides its recipe. */
export interface PictureFlags {
  out?: string;
  recursive?: boolean;
  device?: string;
  tile?: string;
  json?: boolean;
}

interface QueueOptions {
  /** The hint of what is wrong with a flag. */
  help: string;
  /** Clips are taken too. */
  clips?: boolean;
  /** Models that these inputs need besides the recipe's own. */
  besides?(inputs: readonly string[]): readonly string[];
}

/**
 * Makes a job of the pictures that are named, once its models are there.
 * @returns what `runJob` needs to know of it
 * @throws GessoError usage/invalid
 */
export async function queuePictures(
  workshop: Workshop,
  inputs: readonly string[],
  flags: PictureFlags,
  recipe: AnyRecipe,
  { help, clips = false, besides = () => [] }: QueueOptions,
): Promise<{ job: number; json: boolean; problems: { input: string; error: GessoError }[] }> {
  const options = parseOrExplain(
    runOptions,
    {
      device: flags.device ?? workshop.settings.values.device,
      tile: flags.tile === undefined || flags.tile === 'auto' ? flags.tile : Number(flags.tile),
    },
    'usage/invalid',
    help,
  );
  const cwd = process.cwd();
  const { items, problems, ownOutputs } = await collectInputs(inputs, {
    cwd,
    recursive: flags.recursive === true,
    out: flags.out === undefined ? undefined : path.resolve(cwd, flags.out),
    isOwnOutput: (file) => workshop.store.isOutput(file),
    clips,
  });
  if (ownOutputs > 0) process.stderr.write(`Left out ${ownOutputs} results of earlier jobs.\n`);
  if (items.length > 0) await ensureModels(workshop, recipe, besides(items.map(({ input }) => input)));
  const job = workshop.store.append(recipe, options, items);
  return { job: job.id, json: flags.json === true, problems };
}
