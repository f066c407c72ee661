import path from 'node:path';
import { GessoError } from '../../contract/errors.ts';
import { type Recipe, recipe, runOptions } from '../../contract/recipe.ts';
import type { Workshop } from '../jobs/workshop.ts';
import { ensureModels } from './ensure-models.ts';
import { collectInputs } from './inputs.ts';
import { runJob } from './run-job.ts';
import { parseOrExplain } from './usage.ts';

/** The flags of `gesso restore` as commander leaves them: text, or undefined where they were not given. */
export interface RestoreFlags {
  out?: string;
  recipe?: string;
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
      steps: [
        {
          studio: 'restore',
          task: 'upscale',
          ...base?.steps[0],
          ...given({ model: flags.model, scale, strength: number(flags.strength) }),
        },
      ],
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
