import { randomInt } from 'node:crypto';
import path from 'node:path';
import { expected, GessoError } from '../../contract/errors.ts';
import { type GenerateRecipe, generateRecipe } from '../../contract/generate-recipe.ts';
import { type LatentStep, WALK_FORMATS } from '../../contract/latent-step.ts';
import { runOptions } from '../../contract/recipe.ts';
import type { Workshop } from '../jobs/workshop.ts';
import { ensureModels } from './ensure-models.ts';
import { runJob } from './run-job.ts';
import { countOf, given, numberOf, parseOrExplain } from './usage.ts';

/** The flags of `gesso generate latent` as commander leaves them: text, or undefined where not given. */
export interface LatentFlags {
  model?: string;
  recipe?: string;
  seed?: string[];
  mix?: string;
  spread?: string;
  truncation?: string;
  condition?: string;
  sheet?: string;
  walk?: string;
  fps?: string;
  through?: string;
  /** False with --no-loop. */
  loop?: boolean;
  count?: string;
  format?: string;
  quality?: string;
  name?: string;
  existing?: string;
  device?: string;
  out?: string;
  json?: boolean;
}

const HELP = 'See `gesso generate latent --help`.';
const MOST_RANDOM_SEED = 2 ** 32 - 1;
/** Of a walk that is told nowhere to go: the next seeds. */
const STOPS = 3;

/**
 * The flags as a recipe, or what they change of `base`.
 * @param random the seed where none is given
 * @throws GessoError usage/invalid naming the flag
 */
export function latentRecipeOf(
  flags: LatentFlags,
  base: GenerateRecipe | undefined,
  random: () => number = () => randomInt(MOST_RANDOM_SEED),
): GenerateRecipe {
  const kept = latentIn(base);
  const model = flags.model ?? kept?.model;
  if (model === undefined)
    throw wrong(
      'No model is named.',
      'Choose one with --model ID, as omniart-eyes; see `gesso models list`.',
    );
  const own = seedsOf(flags.seed);
  const named = own ?? kept?.seeds ?? [{ seed: random(), weight: 1 }];
  const isWalk = flags.walk !== undefined || (kept?.walk !== undefined && flags.sheet === undefined);
  for (const flag of ['fps', 'through'] as const)
    if (flags[flag] !== undefined && !isWalk)
      throw wrong(`--${flag} goes with --walk.`, 'Say how long it is: --walk SECONDS.');
  // Seeds of a walk that are not mixed are passed one after the other.
  const arePassed = own && own.length > 1 && flags.walk !== undefined && !flags.mix && !flags.through;
  const seeds = arePassed ? own.slice(0, 1) : mixedBy(flags.mix, named);
  const passed = arePassed ? own.slice(1).map(({ seed }) => seed) : undefined;
  // Stops that are mixtures are made as the step itself.
  const asked = given({
    spread: numberOf(flags.spread),
    truncation: numberOf(flags.truncation),
    condition: conditionOf(flags.condition),
  });
  const { truncation, condition } = { ...kept, ...asked };
  const stops = stopsOf(flags.through, { truncation, condition }) ?? passed;
  const walk = isWalk ? walkOf(flags, kept?.walk, stops, Number(seeds[0]?.seed)) : undefined;
  const { walk: _walk, sheet: _sheet, ...rest } = kept ?? {};
  const sheet = sheetOf(flags.sheet) ?? (isWalk ? undefined : kept?.sheet);
  return parseOrExplain(
    generateRecipe,
    {
      gesso: 1,
      steps: [
        {
          ...{ studio: 'generate', kind: 'latent', ...rest, model, seeds, sheet, walk },
          ...asked,
          // Other seeds begin a row of their own.
          ...(own && { picture: 0 }),
        },
      ],
      output: {
        ...base?.output,
        ...given({
          format: isWalk ? undefined : flags.format,
          quality: numberOf(flags.quality),
          name: flags.name,
          existing: flags.existing,
        }),
      },
    },
    'usage/invalid',
    HELP,
  );
}

/** @throws GessoError usage/invalid for a recipe of another kind */
function latentIn(base: GenerateRecipe | undefined): LatentStep | undefined {
  const step = base?.steps[0];
  if (!step || step.kind === 'latent') return step;
  throw wrong(
    "The recipe is not of a network's own space.",
    step.kind === 'rule' ? 'Use `gesso generate rule`.' : 'Use `gesso generate --recipe FILE`.',
  );
}

type Seed = { seed: unknown; weight: unknown };

function seedsOf(texts: readonly string[] | undefined): Seed[] | undefined {
  if (!texts || texts.length === 0) return undefined;
  return texts.map((text) => ({ seed: numberOf(text), weight: 1 }));
}

/** "2,1": a weight for each seed */
function mixedBy(text: string | undefined, seeds: readonly Seed[]): Seed[] {
  if (text === undefined) return [...seeds];
  const weights = text.split(',').map((part) => numberOf(part.trim()));
  if (weights.length !== seeds.length)
    throw wrong(
      expected(`${seeds.length} weights, one for each --seed`, '--mix', text),
      'As in --seed 5 --seed 9 --mix 2,1.',
    );
  return seeds.map(({ seed }, at) => ({ seed, weight: weights[at] }));
}

function walkOf(
  flags: LatentFlags,
  kept: LatentStep['walk'],
  stops: readonly unknown[] | undefined,
  first: number,
): Record<string, unknown> {
  const format = WALK_FORMATS.find((each) => each === flags.format);
  if (flags.format !== undefined && !format)
    throw wrong(
      expected(`one of ${WALK_FORMATS.join(', ')}`, '--format', flags.format),
      'A walk is a clip, or a folder of pictures with png.',
    );
  const next = Array.from({ length: STOPS }, (_, at) => (first + at + 1) % 2 ** 32);
  return given({
    seconds: flags.walk ?? kept?.seconds,
    fps: flags.fps ?? kept?.fps,
    stops: stops ?? kept?.stops ?? next,
    loops: flags.loop === false ? false : kept?.loops,
    format: format ?? kept?.format,
  });
}

/** "5,9": seeds one after the other; "3:2+9:1" among them is a mixture, by weights. */
function stopsOf(text: string | undefined, as: Record<string, unknown>): unknown[] | undefined {
  return text?.split(',').map((part) => {
    if (!/[:+]/.test(part)) return numberOf(part.trim());
    const seeds = part.split('+').map((each) => {
      const [seed = '', weight = '1'] = each.split(':');
      return { seed: numberOf(seed.trim()), weight: numberOf(weight.trim()) };
    });
    return { seeds, ...given(as) };
  });
}

/** "6x4": columns, rows */
function sheetOf(text: string | undefined): { columns: number; rows: number } | undefined {
  if (text === undefined) return undefined;
  const [, columns, rows] = /^(\d+)x(\d+)$/i.exec(text.trim()) ?? [];
  if (columns === undefined) throw wrong(expected('COLUMNSxROWS', '--sheet', text), HELP);
  return { columns: Number(columns), rows: Number(rows) };
}

/** "blue", or "blue:2,green:1" @throws GessoError usage/invalid */
function conditionOf(text: string | undefined): string | Record<string, unknown> | undefined {
  if (text === undefined || !/[,:]/.test(text)) return text?.trim();
  return Object.fromEntries(
    text.split(',').map((part) => {
      const [name = '', weight = '1'] = part.split(':');
      if (name.trim() === '' || Number.isNaN(Number(weight)))
        throw wrong(expected('NAME:WEIGHT,...', '--condition', text), 'As in --condition blue:2,green:1.');
      return [name.trim(), Number(weight)];
    }),
  );
}

function wrong(message: string, hint: string): GessoError {
  return new GessoError('usage/invalid', message, hint);
}

/** Makes pictures of a network's own space. @returns the exit code */
export async function generateLatent(
  workshop: Workshop,
  recipe: GenerateRecipe,
  flags: LatentFlags,
): Promise<number> {
  const options = parseOrExplain(
    runOptions,
    { device: flags.device ?? workshop.settings.values.device },
    'usage/invalid',
    HELP,
  );
  const count = countOf(flags.count);
  const [first] = latentIn(recipe)?.seeds ?? [];
  if (!flags.seed?.length && !flags.recipe && !flags.json) process.stderr.write(`Seed ${first?.seed}\n`);
  await ensureModels(workshop, recipe);
  const folder = path.resolve(flags.out ?? '.');
  const items = Array.from({ length: count }, () => ({ input: '', folder }));
  const job = workshop.store.append(recipe, options, items);
  return runJob(workshop, { job: job.id, json: flags.json === true, verb: 'Making' });
}
