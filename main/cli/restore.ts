import path from 'node:path';
import { GessoError } from '../../contract/errors.ts';
import { type Recipe, recipe, runOptions } from '../../contract/recipe.ts';
import type { Workshop } from '../jobs/workshop.ts';
import { ensureModels } from './ensure-models.ts';
import { collectInputs } from './inputs.ts';
import { runJob } from './run-job.ts';
import { parseSteps } from './steps-flag.ts';
import { parseOrExplain } from './usage.ts';

/** The flags of `gesso restore` as commander leaves them: text, or undefined where they were not given. */
export interface RestoreFlags {
  out?: string;
  recipe?: string;
  task?: string;
  steps?: string;
  model?: string;
  scale?: string;
  strength?: string;
  format?: string;
  quality?: string;
  name?: string;
  existing?: string;
  recursive?: boolean;
  stripPrivate?: boolean;
  device?: string;
  tile?: string;
  json?: boolean;
}

/** The same flags as a recipe, or what they change of `base`. @throws GessoError usage/invalid naming the flag */
export function restoreRecipe(flags: RestoreFlags, base?: Recipe): Recipe {
  const number = (text: string | undefined) =>
    text === undefined ? undefined : text.trim() === '' ? text : Number(text);
  const scale = number(flags.scale);
  if (scale !== undefined && ![2, 3, 4, 8].includes(Number(scale)))
    throw new GessoError(
      'usage/invalid',
      `--scale is 2, 3, 4 or 8, not "${flags.scale}".`,
      'See `gesso restore --help`.',
    );
  return parseOrExplain(
    recipe,
    {
      gesso: 1,
      steps: stepsOf(flags, { scale, strength: number(flags.strength) }, base),
      output: {
        ...base?.output,
        ...given({
          format: flags.format,
          quality: number(flags.quality),
          name: flags.name,
          existing: flags.existing,
          stripPrivate: flags.stripPrivate,
        }),
      },
    },
    'usage/invalid',
    'See `gesso restore --help`.',
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

/** Without what was not given. */
function given(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

export async function restore(
  workshop: Workshop,
  inputs: readonly string[],
  flags: RestoreFlags,
  chosen: Recipe,
): Promise<number> {
  const json = flags.json === true;
  const options = parseOrExplain(
    runOptions,
    {
      device: flags.device ?? workshop.settings.values.device,
      tile: flags.tile === undefined || flags.tile === 'auto' ? flags.tile : Number(flags.tile),
    },
    'usage/invalid',
    'See `gesso restore --help`.',
  );
  const cwd = process.cwd();
  const { items, problems, ownOutputs } = await collectInputs(inputs, {
    cwd,
    recursive: flags.recursive === true,
    out: flags.out === undefined ? undefined : path.resolve(cwd, flags.out),
    isOwnOutput: (file) => workshop.store.isOutput(file),
  });
  if (ownOutputs > 0) process.stderr.write(`Left out ${ownOutputs} results of earlier jobs.\n`);
  await ensureModels(workshop, chosen);
  const job = workshop.store.append(chosen, options, items);
  return runJob(workshop, { job: job.id, json, problems });
}
