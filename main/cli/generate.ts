import { randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type DiffusionWishes, diffusionWishes } from '../../contract/bundle.ts';
import type { DiffusionStep } from '../../contract/diffusion-step.ts';
import { expected, GessoError } from '../../contract/errors.ts';
import { type GenerateRecipe, generateRecipe } from '../../contract/generate-recipe.ts';
import { runOptions } from '../../contract/recipe.ts';
import type { Workshop } from '../jobs/workshop.ts';
import { importBundle } from './bundles.ts';
import { onInterrupt, runJob } from './run-job.ts';
import { countOf, given, numberOf, parseOrExplain } from './usage.ts';

/** The flags of `gesso generate` as commander leaves them: text, or undefined where not given. */
export interface GenerateFlags extends ModelFlags {
  model?: string;
  recipe?: string;
  prompt?: string;
  negative?: string;
  init?: string;
  strength?: string;
  mask?: string;
  size?: string;
  steps?: string;
  sampler?: string;
  guidance?: string;
  rescale?: string;
  seed?: string;
  count?: string;
  lora: string[];
  vae?: string;
  embedding: string[];
  clipSkip?: string;
  outpaint?: string;
  hires?: string;
  trace?: string;
  out?: string;
  format?: string;
  quality?: string;
  name?: string;
  existing?: string;
  device?: string;
  tile?: string;
  json?: boolean;
}

/** What tensors cannot tell of a model that is named by its file. */
export interface ModelFlags {
  prediction?: string;
  zeroSnr?: boolean;
  config?: string;
}

const HELP = 'See `gesso generate --help`.';
const MOST_RANDOM_SEED = 2 ** 32 - 1;

/** @throws GessoError usage/invalid, input/unreadable */
export async function wishesOf({ prediction, zeroSnr, config }: ModelFlags): Promise<DiffusionWishes> {
  return parseOrExplain(
    diffusionWishes,
    given({ prediction, zeroSnr, config: config === undefined ? undefined : await readSettings(config) }),
    'usage/invalid',
    HELP,
  );
}

async function readSettings(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path.resolve(file), 'utf8'));
  } catch (cause) {
    throw new GessoError(
      'input/unreadable',
      `${file} is no file of settings (JSON).`,
      'Check the file.',
      cause,
    );
  }
}

/**
 * The flags as a recipe, or what they change of `base`.
 * @param model the id of an installed diffusion model
 * @throws GessoError usage/invalid naming the flag
 */
function generateOf(
  flags: Omit<GenerateFlags, 'model' | 'recipe'>,
  model: string | undefined,
  base?: GenerateRecipe,
): GenerateRecipe {
  const [kept] = diffusionIn(base);
  if (flags.prompt === undefined && !kept)
    throw new GessoError(
      'usage/invalid',
      'No prompt is given.',
      'Say what is to be seen with --prompt TEXT.',
    );
  if (flags.strength !== undefined && flags.init === undefined)
    throw new GessoError(
      'usage/invalid',
      '--strength goes with --init.',
      'Name a picture to begin with: --init FILE.',
    );
  for (const flag of ['mask', 'outpaint'] as const)
    if (flags[flag] !== undefined && flags.init === undefined)
      throw new GessoError(
        'usage/invalid',
        `--${flag} goes with --init.`,
        'Name a picture to begin with: --init FILE.',
      );
  const absolute = (file: string | undefined) => (file === undefined ? undefined : path.resolve(file));
  const size = sizeOf(flags.size);
  return parseOrExplain(
    generateRecipe,
    {
      gesso: 1,
      steps: [
        {
          studio: 'generate',
          kind: 'diffusion',
          ...kept,
          ...given({
            model,
            prompt: flags.prompt,
            negative: flags.negative,
            ...size,
            steps: numberOf(flags.steps),
            sampler: flags.sampler,
            guidance: numberOf(flags.guidance),
            rescale: numberOf(flags.rescale),
            strength: numberOf(flags.strength),
            mask: absolute(flags.mask),
            outpaint: sidesOf(flags.outpaint),
            hires: hiresOf(flags.hires),
            loras: flags.lora.length > 0 ? flags.lora.map(loraOf) : undefined,
            vae: absolute(flags.vae),
            embeddings:
              flags.embedding.length > 0 ? flags.embedding.map((file) => path.resolve(file)) : undefined,
            clipSkip: numberOf(flags.clipSkip),
            seed: numberOf(flags.seed) ?? kept?.seed ?? randomInt(MOST_RANDOM_SEED),
          }),
        },
      ],
      output: {
        ...base?.output,
        ...given({
          format: flags.format,
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
function diffusionIn(base: GenerateRecipe | undefined): DiffusionStep[] {
  if (!base) return [];
  const [step] = base.steps;
  if (step.kind === 'diffusion') return [step];
  throw new GessoError(
    'usage/invalid',
    step.kind === 'rule' ? 'The recipe makes a tile by a rule.' : "The recipe is of a network's own space.",
    `Use \`gesso generate ${step.kind}\`, or a recipe with a prompt.`,
  );
}

/** "768x512" */
function sizeOf(text: string | undefined): { width?: number; height?: number } {
  if (text === undefined) return {};
  const [, width, height] = /^(\d+)x(\d+)$/i.exec(text) ?? [];
  if (width === undefined)
    throw new GessoError('usage/invalid', expected('WIDTHxHEIGHT', '--size', text), HELP);
  return { width: Number(width), height: Number(height) };
}

/** "64,0,64,0": left, top, right, bottom */
function sidesOf(text: string | undefined) {
  if (text === undefined) return undefined;
  const sides = text.split(',').map(Number);
  if (sides.length !== 4 || !sides.every((side) => Number.isInteger(side) && side >= 0))
    throw new GessoError(
      'usage/invalid',
      expected('LEFT,TOP,RIGHT,BOTTOM in pixels', '--outpaint', text),
      HELP,
    );
  const [left, top, right, bottom] = sides;
  return { left, top, right, bottom };
}

/** "2:0.5", or the scale alone */
function hiresOf(text: string | undefined) {
  if (text === undefined) return undefined;
  const [scale, strength, ...rest] = text.split(':').map(Number);
  if (rest.length > 0 || Number.isNaN(scale) || Number.isNaN(strength ?? 0))
    throw new GessoError('usage/invalid', expected('SCALE:STRENGTH', '--hires', text), HELP);
  return given({ scale, strength });
}

/** "FILE:0.8"; a file's own name may have colons. */
function loraOf(text: string): { file: string; weight: number } {
  const [, file = text, weight] = /^(.+):(-?\d+(?:\.\d+)?)$/.exec(text) ?? [];
  return { file: path.resolve(file), weight: weight === undefined ? 1 : Number(weight) };
}

/** Makes pictures with a diffusion model. @returns the exit code */
export async function generate(
  workshop: Workshop,
  flags: GenerateFlags,
  base: GenerateRecipe | undefined,
): Promise<number> {
  const options = parseOrExplain(
    runOptions,
    {
      device: flags.device ?? workshop.settings.values.device,
      tile: flags.tile === undefined || flags.tile === 'auto' ? flags.tile : Number(flags.tile),
      trace: flags.trace === undefined ? undefined : path.resolve(flags.trace),
    },
    'usage/invalid',
    HELP,
  );
  const count = countOf(flags.count);
  // Wrong flags are said before gigabytes are read.
  generateOf(flags, 'unknown', base);
  const model = await modelOf(workshop, flags, base);
  const recipe = generateOf(flags, model, base);
  if (flags.seed === undefined && !flags.json) process.stderr.write(`Seed ${diffusionIn(recipe)[0]?.seed}\n`);
  const folder = path.resolve(flags.out ?? '.');
  const input = flags.init === undefined ? '' : path.resolve(flags.init);
  const items = Array.from({ length: count }, () => ({ input, folder }));
  const job = workshop.store.append(recipe, options, items);
  return runJob(workshop, { job: job.id, json: flags.json === true, verb: 'Making' });
}

/** The id of the model that is named; a file or folder is taken in first, once. */
async function modelOf(
  workshop: Workshop,
  flags: GenerateFlags,
  base: GenerateRecipe | undefined,
): Promise<string> {
  const named = flags.model ?? diffusionIn(base)[0]?.model;
  if (named === undefined) {
    const [only, ...others] = workshop.bundles.list();
    if (only && others.length === 0) return only.id;
    throw new GessoError(
      'usage/invalid',
      only
        ? 'There are several diffusion models.'
        : 'Gesso brings no diffusion model, and none was imported.',
      only
        ? `Choose one with --model: ${[only, ...others].map(({ id }) => id).join(', ')}.`
        : 'Import one that you own with `gesso models import FOLDER-or-FILE`, or name it with --model.',
    );
  }
  if (workshop.bundles.get(named)) return named;
  const file = path.resolve(named);
  if (existsSync(file)) {
    const wishes = await wishesOf(flags);
    const { bundle } = await importBundle(workshop, file, wishes, onInterrupt(workshop));
    return bundle.id;
  }
  throw new GessoError(
    'model/missing',
    `There is no diffusion model called ${named}, nor a file or folder of that name.`,
    'See `gesso models list`, or name a diffusers folder or a .safetensors file.',
  );
}
