import path from 'node:path';
import { type ClipRecipe, clipRecipe } from '../../contract/clip-recipe.ts';
import { expected, GessoError } from '../../contract/errors.ts';
import { runOptions } from '../../contract/recipe.ts';
import { parseRational, toText } from '../../contract/time.ts';
import type { Workshop } from '../jobs/workshop.ts';
import { checkClip, momentOf } from './clip-flags.ts';
import { collectClips } from './clip-inputs.ts';
import { ensureModels } from './ensure-models.ts';
import { runJob } from './run-job.ts';
import { given, numberOf, parseOrExplain } from './usage.ts';

/** The flags of `gesso interpolate` as commander leaves them: text, or undefined where they were not given. */
export interface InterpolateFlags {
  out?: string;
  recipe?: string;
  fps?: string;
  rate?: string;
  slow?: string;
  from?: string;
  to?: string;
  model?: string;
  scene?: string;
  duplicates?: string;
  codec?: string;
  quality?: string;
  container?: string;
  audio?: string;
  name?: string;
  existing?: string;
  recursive?: boolean;
  device?: string;
  json?: boolean;
}

const HELP = 'See `gesso interpolate --help`.';

/** The same flags as a recipe, or what they change of `base`. @throws GessoError usage/invalid naming the flag */
export function interpolateRecipe(flags: InterpolateFlags, base?: ClipRecipe): ClipRecipe {
  const made = parseOrExplain(
    clipRecipe,
    {
      gesso: 1,
      steps: [
        {
          studio: 'interpolate',
          ...base?.steps[0],
          ...given({
            model: flags.model,
            fps: fpsOf(flags.fps),
            rate: rateOf(flags.rate, '--rate'),
            slow: slowOf(flags.slow),
            from: momentOf(flags.from, '--from', HELP),
            to: momentOf(flags.to, '--to', HELP),
            scene: sceneOf(flags.scene),
            duplicates: flags.duplicates,
          }),
        },
      ],
      output: {
        ...base?.output,
        ...given({
          codec: flags.codec,
          quality: numberOf(flags.quality),
          container: flags.container,
          audio: flags.audio,
          name: flags.name,
          existing: flags.existing,
        }),
      },
    },
    'usage/invalid',
    HELP,
  );
  check(made);
  return made;
}

/** What no schema of single values can see. */
function check({ steps: [step], output }: ClipRecipe): void {
  if (output.audio === 'copy' && step.slow !== 1)
    throw new GessoError(
      'usage/invalid',
      'Sound can only be copied at its own speed, and --slow makes it longer.',
      'Use --audio stretch, which keeps the pitch, or --audio none.',
    );
  checkClip(step, output, HELP);
}

function fpsOf(text: string | undefined): string | undefined {
  return text === undefined || /^[1-9]\d*x$/.test(text) ? text : rateOf(text, '--fps');
}

function rateOf(text: string | undefined, flag: string): string | undefined {
  if (text === undefined) return undefined;
  const rate = parseRational(text);
  if (!rate || rate.num === 0 || rate.num / rate.den > 1000)
    throw new GessoError('usage/invalid', expected('N or N/D up to 1000, above 0', flag, text), HELP);
  return toText(rate);
}

function slowOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const times = /^([248])x?$/.exec(text)?.[1];
  if (!times) throw new GessoError('usage/invalid', expected('2x, 4x or 8x', '--slow', text), HELP);
  return Number(times);
}

function sceneOf(text: string | undefined): string | number | undefined {
  return text === undefined || text === 'auto' || text === 'off' ? text : numberOf(text);
}

/** Queues clips and works them off. @returns the exit code */
export async function interpolate(
  workshop: Workshop,
  inputs: readonly string[],
  flags: Pick<InterpolateFlags, 'out' | 'recursive' | 'device' | 'json'>,
  chosen: ClipRecipe,
): Promise<number> {
  const options = parseOrExplain(
    runOptions,
    { device: flags.device ?? workshop.settings.values.device },
    'usage/invalid',
    HELP,
  );
  const cwd = process.cwd();
  const { items, problems, ownOutputs } = await collectClips(inputs, {
    cwd,
    recursive: flags.recursive === true,
    out: flags.out === undefined ? undefined : path.resolve(cwd, flags.out),
    isOwnOutput: (file) => workshop.store.isOutput(file),
  });
  if (ownOutputs > 0) process.stderr.write(`Left out ${ownOutputs} results of earlier jobs.\n`);
  if (items.length > 0) await ensureModels(workshop, chosen);
  const job = workshop.store.append(chosen, options, items);
  return runJob(workshop, { job: job.id, json: flags.json === true, problems, verb: 'Interpolating' });
}
