import path from 'node:path';
import { isLearnRecipe } from '../../contract/clip-recipe.ts';
import { GessoError } from '../../contract/errors.ts';
import { type LearnKind, type LearnRecipe, learnRecipe, SAMPLE_SCENE } from '../../contract/learn-step.ts';
import { isSample, sampleFolder } from '../jobs/learn-samples.ts';
import type { ItemRecord } from '../jobs/records.ts';
import type { Workshop } from '../jobs/workshop.ts';
import { collectInputs } from './inputs.ts';
import { cardOf } from './learnt.ts';
import { EXIT, runJob } from './run-job.ts';
import { given, numberOf, parseOrExplain } from './usage.ts';

/** The flags of `gesso learn KIND` as commander leaves them. */
export interface LearnFlags {
  steps?: string;
  minutes?: string;
  seed?: string;
  size?: string;
  name?: string;
  angle?: string;
  mask?: string;
  format?: string;
  quality?: string;
  existing?: string;
  out?: string;
  earlyStop?: boolean;
  resume?: boolean;
  json?: boolean;
}

/**
 * The flags as a recipe.
 * @throws GessoError usage/invalid naming the flag
 */
export function learnRecipeOf(
  kind: LearnKind,
  inputs: readonly string[],
  flags: LearnFlags,
  from?: string,
): LearnRecipe {
  if (flags.steps !== undefined && flags.minutes !== undefined)
    throw new GessoError(
      'usage/invalid',
      '--steps and --minutes were both given.',
      'Say how long with one of them.',
    );
  const length =
    flags.steps !== undefined
      ? { steps: numberOf(flags.steps) }
      : flags.minutes !== undefined
        ? { minutes: numberOf(flags.minutes) }
        : undefined;
  return parseOrExplain(
    learnRecipe,
    {
      gesso: 1,
      ...given({ name: flags.name }),
      steps: [
        given({
          ...{ studio: 'learn', kind, length, from },
          earlyStop: flags.earlyStop,
          sources: kind === 'denoise' ? [] : inputs.map(sourceOf),
          size: numberOf(flags.size),
          seed: numberOf(flags.seed),
          angle: numberOf(flags.angle),
          mask: flags.mask === undefined ? undefined : path.resolve(flags.mask),
        }),
      ],
      output: given({
        format: flags.format,
        quality: numberOf(flags.quality),
        existing: flags.existing,
      }),
    },
    'usage/invalid',
    `See \`gesso learn ${kind} --help\`.`,
  );
}

/** Learns something. @returns the exit code */
export async function learn(
  workshop: Workshop,
  kind: LearnKind,
  named: readonly string[],
  flags: LearnFlags,
): Promise<number> {
  const inputs = await Promise.all(
    named.map((input) =>
      isSample(input) && input !== SAMPLE_SCENE
        ? sampleFolder(input, workshop, (line) => process.stderr.write(`${line}\n`))
        : input,
    ),
  );
  const unfinished = flags.resume ? leftOf(workshop, kind, inputs) : undefined;
  if (unfinished !== undefined) return work(workshop, unfinished, flags);
  const before = flags.resume && kind !== 'denoise' ? lastOf(workshop, kind, inputs) : undefined;
  if (flags.resume && kind !== 'denoise' && before === undefined)
    throw new GessoError(
      'usage/invalid',
      'There is nothing learnt of these to go on with.',
      'Leave --resume out to learn anew, or see `gesso models list`.',
    );
  const recipe = learnRecipeOf(kind, inputs, flags, before);
  const options = { device: workshop.settings.values.device, tile: 'auto' as const };
  if (kind === 'denoise') {
    const { items, problems } = await collectInputs(inputs, {
      cwd: process.cwd(),
      recursive: false,
      out: flags.out === undefined ? undefined : path.resolve(flags.out),
      isOwnOutput: (file) => workshop.store.resultAt(file) !== undefined,
    });
    const job = workshop.store.append(recipe, options, items);
    return runJob(workshop, { job: job.id, json: flags.json === true, problems, verb: 'Learning' });
  }
  const folder = path.resolve(flags.out ?? '.');
  const job = workshop.store.append(recipe, options, [{ input: recipe.steps[0].sources[0] ?? '', folder }]);
  return work(workshop, job.id, flags);
}

async function work(workshop: Workshop, job: number, flags: LearnFlags): Promise<number> {
  const json = flags.json === true;
  const code = await runJob(workshop, { job, json, verb: 'Learning' });
  if (!json && code === EXIT.done) tellCards(workshop, job);
  return code;
}

/** Absolute, but for what Gesso draws itself. */
function sourceOf(input: string): string {
  return input === SAMPLE_SCENE ? input : path.resolve(input);
}

/** A training of the same that was not finished: a kill or a Ctrl-C left it in the queue. */
function leftOf(workshop: Workshop, kind: LearnKind, inputs: readonly string[]): number | undefined {
  const wanted = inputs.map(sourceOf);
  const isWanted = ({ input, job }: ItemRecord) => {
    const { recipe } = workshop.store.job(job);
    if (!isLearnRecipe(recipe) || recipe.steps[0].kind !== kind) return false;
    const { sources } = recipe.steps[0];
    return kind === 'denoise' ? wanted.includes(input) : sources.join('\0') === wanted.join('\0');
  };
  return workshop.store.unfinished().find(isWanted)?.job;
}

/** The last of what was learnt of the same sources. */
function lastOf(workshop: Workshop, kind: LearnKind, inputs: readonly string[]): string | undefined {
  const names = inputs.map((input) => path.basename(sourceOf(input))).join('\0');
  return workshop.learnt
    .list()
    .filter((model) => model.kind === kind && model.learnt.from.join('\0') === names)
    .sort((a, b) => a.installedAt.localeCompare(b.installedAt))
    .at(-1)?.id;
}

function tellCards(workshop: Workshop, job: number): void {
  for (const item of workshop.store.items(job)) {
    const model = item.result && workshop.learnt.get(item.result.model);
    if (!model) continue;
    process.stderr.write(`${cardOf(model).join('\n')}\n`);
  }
}
