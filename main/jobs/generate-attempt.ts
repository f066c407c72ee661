import path from 'node:path';
import type { DiffusionBundle } from '../../contract/bundle.ts';
import type { DiffusionStep } from '../../contract/diffusion-step.ts';
import { GessoError } from '../../contract/errors.ts';
import type { GenerateRecipe, GenerateStep } from '../../contract/generate-recipe.ts';
import { type LatentStep, picturesOf, walkRate } from '../../contract/latent-step.ts';
import type { RuleStep } from '../../contract/rules.ts';
import { toText } from '../../contract/time.ts';
import { type AttemptContext, type AttemptProgress, stemOf } from './attempt.ts';
import type { Reservation } from './ledger.ts';
import { EXTENSIONS as OF_PICTURES } from './picture-output.ts';
import type { ItemResult } from './records.ts';
import { resolveLatent } from './resolve.ts';

/** The diffusion models that are installed now. */
export interface BundlesReady {
  get(id: string): (DiffusionBundle & { readonly folder: string }) | undefined;
  /** Where engines keep copies of weights with LoRAs in them. */
  readonly cache: string;
}

const EXTENSIONS = { ...OF_PICTURES, svg: '.svg' };

/** Longest side of what a tile is like so far, pixels. */
const SKETCH = 512;
/** Words of a prompt that go into a file's name. */
const NAMED_WORDS = 48;

/** One try at making one picture. */
export class GenerateAttempt {
  /** No tiles: an engine that dies over it is given it once more. */
  readonly tile = undefined;

  constructor(
    private readonly context: AttemptContext,
    private readonly recipe: GenerateRecipe,
    private readonly bundles: BundlesReady,
  ) {}

  async run(signal: AbortSignal, onProgress: (progress: AttemptProgress) => void): Promise<void> {
    const { item, ledger, store, owner } = this.context;
    const { output } = this.recipe;
    const [step] = this.recipe.steps;
    const seed = seedOf(step, item.position);
    const recovered = item.attempts > 1 ? await ledger.recover(item) : undefined;
    const model = modelOf(step);
    if (recovered) {
      store.setStatus(item.id, owner, 'done', {
        result: { output: recovered.output, model, seed, notes: [] },
      });
      return;
    }
    const stem = stemOf(this.context, output.name, { model, seed, prompt: promptName(step) });
    const reserved = await ledger.reserve(item, stem, extensionOf(step, output.format), output);
    if (reserved.kind === 'exists') {
      store.setStatus(item.id, owner, 'skipped', {
        result: { output: reserved.path, model, seed, notes: [] },
      });
      return;
    }
    switch (step.kind) {
      case 'diffusion':
        return this.#diffuse(step, seed, reserved, signal, onProgress);
      case 'rule':
        return this.#rule(step, seed, reserved, signal, onProgress);
      case 'latent':
        return this.#latent(step, seed, reserved, signal, onProgress);
    }
  }

  async #diffuse(
    step: DiffusionStep,
    seed: number,
    reserved: Extract<Reservation, { kind: 'reserved' }>,
    signal: AbortSignal,
    onProgress: (progress: AttemptProgress) => void,
  ): Promise<void> {
    const { item, ledger, job, host, owner, work, software } = this.context;
    const { output } = this.recipe;
    const begun = performance.now();
    const { folder, ...bundle } = this.#bundle(step.model);
    const made = await host.call(
      'generate.diffusion',
      {
        model: { bundle, folder },
        ...{ step, seed, work, software },
        ...(item.input !== '' && { input: item.input }),
        temp: reserved.temp,
        format: pixelsOnly(output.format),
        quality: output.quality,
        stripPrivate: false,
        device: job.options.device,
        tile: job.options.tile,
        cache: this.bundles.cache,
        previews: { folder: path.join(work, 'sketches') },
        ...(job.options.trace !== undefined && { trace: traceOf(job.options.trace, seed, step.seed) }),
        recipe: JSON.stringify(withoutFolders(this.recipe, item.position)),
      },
      {
        signal,
        onEvent: ({ preview, ...event }) => onProgress({ ...event, ...(preview && { sketch: preview }) }),
      },
    );
    const { width, height, steps, device, timings, notes } = made;
    const result: ItemResult = {
      ...{ output: reserved.path, model: step.model, device, width, height, steps, seed, notes, timings },
      seconds: Math.round(performance.now() - begun) / 1000,
    };
    await ledger.commit(item, owner, reserved, made, result);
  }

  async #rule(
    step: RuleStep,
    seed: number,
    reserved: Extract<Reservation, { kind: 'reserved' }>,
    signal: AbortSignal,
    onProgress: (progress: AttemptProgress) => void,
  ): Promise<void> {
    const { item, ledger, host, owner, work, software } = this.context;
    const { output } = this.recipe;
    const begun = performance.now();
    const made = await host.call(
      'generate.rule',
      {
        step: { ...step, seed },
        ...{ temp: reserved.temp, work, software },
        format: output.format,
        quality: output.quality,
        previews: { folder: path.join(work, 'sketches'), longestSide: SKETCH },
        recipe: JSON.stringify(withoutFolders(this.recipe, item.position)),
      },
      {
        signal,
        onEvent: ({ preview, ...event }) => onProgress({ ...event, ...(preview && { sketch: preview }) }),
      },
    );
    const { width, height, timings, notes } = made;
    const result: ItemResult = {
      ...{ output: reserved.path, model: step.rule, device: 'cpu', width, height, seed, notes, timings },
      seconds: Math.round(performance.now() - begun) / 1000,
    };
    await ledger.commit(item, owner, reserved, made, result);
  }

  async #latent(
    step: LatentStep,
    seed: number,
    reserved: Extract<Reservation, { kind: 'reserved' }>,
    signal: AbortSignal,
    onProgress: (progress: AttemptProgress) => void,
  ): Promise<void> {
    const { item, job, ledger, host, owner, work, software } = this.context;
    const { output } = this.recipe;
    const begun = performance.now();
    const made = await host.call(
      'generate.latent',
      {
        model: resolveLatent(step.model, this.context.models()),
        step: { ...step, picture: pictureAt(step, item.position) },
        ...{ temp: reserved.temp, work, software },
        format: pixelsOnly(output.format),
        quality: output.quality,
        device: job.options.device,
        previews: { folder: path.join(work, 'sketches'), longestSide: SKETCH },
        recipe: JSON.stringify(withoutFolders(this.recipe, item.position)),
      },
      {
        signal,
        onEvent: ({ preview, ...event }) => onProgress({ ...event, ...(preview && { sketch: preview }) }),
      },
    );
    const { width, height, device, frames, timings, notes } = made;
    const result: ItemResult = {
      ...{ output: reserved.path, model: step.model, device, width, height, seed, notes, timings },
      ...(frames !== undefined && step.walk && { framesOut: frames, rate: toText(walkRate(step.walk)) }),
      seconds: Math.round(performance.now() - begun) / 1000,
    };
    await ledger.commit(item, owner, reserved, made, result);
  }

  #bundle(id: string) {
    const found = this.bundles.get(id);
    if (found) return found;
    throw new GessoError(
      'model/missing',
      `There is no diffusion model called ${id}.`,
      'Import one that you own with `gesso models import FOLDER-or-FILE`; Gesso brings none.',
    );
  }
}

function modelOf(step: GenerateStep): string {
  return step.kind === 'rule' ? step.rule : step.model;
}

/** Of one picture of a job; of several that are mixed, that of the first. */
function seedOf(step: GenerateStep, position: number): number {
  if (step.kind !== 'latent') return step.seed + position;
  return step.seeds[0]!.seed + pictureAt(step, position);
}

/** Sheets follow each other without showing a picture twice. */
function pictureAt(step: LatentStep, position: number): number {
  return step.picture + position * picturesOf(step);
}

function extensionOf(step: GenerateStep, format: GenerateRecipe['output']['format']): string {
  if (step.kind !== 'latent' || !step.walk) return EXTENSIONS[format];
  // A folder of pictures has none.
  return step.walk.format === 'png' ? '' : `.${step.walk.format}`;
}

/** @throws GessoError output/unsupported */
function pixelsOnly(format: GenerateRecipe['output']['format']) {
  if (format !== 'svg') return format;
  throw new GessoError(
    'output/unsupported',
    'A picture made of noise is made of pixels and cannot be an SVG.',
    'Choose PNG, JPEG, WebP, AVIF or TIFF.',
  );
}

/** The first picture's steps lie in the folder itself, those of others in one by their seed. */
function traceOf(folder: string, seed: number, first: number): string {
  return seed === first ? folder : path.join(folder, String(seed));
}

/** The prompt's first words as a file may be called, the rule, or what was asked of a network's own space. */
function promptName(step: GenerateStep): string {
  if (step.kind === 'rule') return step.rule;
  if (step.kind === 'latent') return conditionName(step) ?? step.model;
  const words = step.prompt
    .normalize('NFC')
    .replace(/:\d+(\.\d+)?(?=\))/g, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
  const cut = words.length <= NAMED_WORDS ? words : words.slice(0, NAMED_WORDS).replace(/ \S*$/, '');
  return cut.replaceAll(' ', '-') || 'picture';
}

/** What goes into the file tells how it was made, and nothing of where the maker keeps files. */
function withoutFolders(recipe: GenerateRecipe, position: number): GenerateRecipe {
  return { ...recipe, steps: [bareStep(recipe.steps[0], position)] };
}

function bareStep(step: GenerateStep, position: number): GenerateStep {
  switch (step.kind) {
    case 'diffusion':
      return { ...bareDiffusion(step), seed: seedOf(step, position) };
    case 'rule':
      return { ...bareRule(step), seed: seedOf(step, position) };
    case 'latent': {
      // What was kept on the pad says nothing of how this was made.
      const { pins: _, ...made } = step;
      return { ...made, picture: pictureAt(step, position) };
    }
  }
}

/** "blue", "blue-green"; undefined where nothing is asked for. */
function conditionName({ condition }: LatentStep): string | undefined {
  const names = typeof condition === 'object' ? Object.keys(condition) : [condition ?? ''];
  const name = names.join(' ').replace(/[^\p{L}\p{N}]+/gu, '-');
  return name.slice(0, NAMED_WORDS) || undefined;
}

function bareDiffusion(step: DiffusionStep): DiffusionStep {
  return {
    ...step,
    ...(step.mask !== undefined && { mask: path.basename(step.mask) }),
    ...(step.vae !== undefined && { vae: path.basename(step.vae) }),
    loras: step.loras.map((lora) => ({ ...lora, file: path.basename(lora.file) })),
    embeddings: step.embeddings.map((file) => path.basename(file)),
  };
}

function bareRule(step: RuleStep): RuleStep {
  const { palette, picture } = step;
  return {
    ...step,
    ...(palette && 'picture' in palette && { palette: { picture: path.basename(palette.picture) } }),
    ...(picture !== undefined && { picture: path.basename(picture) }),
  };
}
