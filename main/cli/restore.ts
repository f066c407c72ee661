import path from 'node:path';
import { GessoError } from '../../contract/errors.ts';
import { type Recipe, recipe } from '../../contract/recipe.ts';
import type { Workshop } from '../jobs/workshop.ts';
import { type PictureFlags, queuePictures } from './queue-pictures.ts';
import { runJob } from './run-job.ts';
import { parseSteps } from './steps-flag.ts';
import { given, layeredOf, numberOf, parseOrExplain } from './usage.ts';

/** The flags of `gesso restore` as commander leaves them: text, or undefined where they were not given. */
export interface RestoreFlags {
  out?: string;
  recipe?: string;
  task?: string;
  steps?: string;
  model?: string;
  scale?: string;
  strength?: string;
  mask?: string;
  format?: string;
  layered?: boolean;
  quality?: string;
  name?: string;
  existing?: string;
  recursive?: boolean;
  stripPrivate?: boolean;
  device?: string;
  tile?: string;
  json?: boolean;
}

const HELP = 'See `gesso restore --help`.';

/** The same flags as a recipe, or what they change of `base`. @throws GessoError usage/invalid naming the flag */
export function restoreRecipe(flags: RestoreFlags, base?: Recipe): Recipe {
  const scale = numberOf(flags.scale);
  if (scale !== undefined && ![2, 3, 4, 8].includes(Number(scale)))
    throw new GessoError('usage/invalid', `--scale is 2, 3, 4 or 8, not "${flags.scale}".`, HELP);
  return parseOrExplain(
    recipe,
    {
      gesso: 1,
      steps: stepsOf(flags, { scale, strength: numberOf(flags.strength) }, base),
      mask: flags.mask === undefined ? base?.mask : path.resolve(flags.mask),
      output: {
        ...base?.output,
        ...given({
          format: flags.format,
          quality: numberOf(flags.quality),
          name: flags.name,
          existing: flags.existing,
          stripPrivate: flags.stripPrivate,
          layered: layeredOf(flags),
        }),
      },
    },
    'usage/invalid',
    HELP,
  );
}

/** The steps as `--steps` lists them, or the recipe's with what single flags change of its only one. */
function stepsOf(flags: RestoreFlags, numbers: Record<string, unknown>, base: Recipe | undefined): unknown[] {
  const single = given({ task: flags.task, model: flags.model, ...numbers });
  const [named] = Object.keys(single);
  if (flags.steps !== undefined) {
    if (named) throw oneStep(named, '--steps names all steps by itself');
    return parseSteps(flags.steps);
  }
  if (base && base.steps.length > 1 && named) {
    throw oneStep(named, `the recipe has ${base.steps.length} steps`);
  }
  const [step, ...others] = base?.steps ?? [{ studio: 'restore' as const }];
  // Another task is another model, too.
  const kept = flags.task === undefined ? step : { ...step, model: undefined, scale: undefined };
  return [{ ...given({ ...kept }), ...single }, ...others];
}

function oneStep(flag: string, why: string): GessoError {
  return new GessoError(
    'usage/invalid',
    `--${flag} goes with one step, but ${why}.`,
    `Leave --${flag} out, or list all steps with --steps.`,
  );
}

/** Queues pictures and restores them. @returns the exit code */
export async function restore(
  workshop: Workshop,
  inputs: readonly string[],
  flags: PictureFlags,
  chosen: Recipe,
): Promise<number> {
  return runJob(workshop, await queuePictures(workshop, inputs, flags, chosen, { help: HELP }));
}
