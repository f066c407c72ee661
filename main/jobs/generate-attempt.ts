import path from 'node:path';
import type { DiffusionBundle } from '../../contract/bundle.ts';
import type { DiffusionStep } from '../../contract/diffusion-step.ts';
import { GessoError } from '../../contract/errors.ts';
import type { GenerateRecipe } from '../../contract/generate-recipe.ts';
import { type AttemptContext, type AttemptProgress, stemOf } from './attempt.ts';
import type { Reservation } from './ledger.ts';
import { EXTENSIONS } from './picture-output.ts';
import type { ItemResult } from './records.ts';

/** The diffusion models that are installed now. */
export interface BundlesReady {
  get(id: string): (DiffusionBundle & { readonly folder: string }) | undefined;
  /** Where engines keep copies of weights with LoRAs in them. */
  readonly cache: string;
}

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
    const seed = step.seed + item.position;
    const recovered = item.attempts > 1 ? await ledger.recover(item) : undefined;
    const model = modelOf(step);
    if (recovered) {
      store.setStatus(item.id, owner, 'done', {
        result: { output: recovered.output, model, seed, notes: [] },
      });
      return;
    }
    const stem = stemOf(this.context, output.name, { model, seed, prompt: promptName(step) });
    const reserved = await ledger.reserve(item, stem, EXTENSIONS[output.format], output);
    if (reserved.kind === 'exists') {
      store.setStatus(item.id, owner, 'skipped', {
        result: { output: reserved.path, model, seed, notes: [] },
      });
      return;
    }
    await this.#diffuse(step, seed, reserved, signal, onProgress);
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
        format: output.format,
        quality: output.quality,
        stripPrivate: false,
        device: job.options.device,
        cache: this.bundles.cache,
        previews: { folder: `${work}-sketches` },
        ...(job.options.trace !== undefined && { trace: traceOf(job.options.trace, seed, step.seed) }),
        recipe: JSON.stringify(withoutFolders(this.recipe, seed)),
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

function modelOf(step: DiffusionStep): string {
  return step.model;
}

/** The first picture's steps lie in the folder itself, those of others in one by their seed. */
function traceOf(folder: string, seed: number, first: number): string {
  return seed === first ? folder : path.join(folder, String(seed));
}

/** The prompt's first words as a file may be called. */
export function promptName({ prompt }: Pick<DiffusionStep, 'prompt'>): string {
  const words = prompt
    .normalize('NFC')
    .replace(/:\d+(\.\d+)?(?=\))/g, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
  const cut = words.length <= NAMED_WORDS ? words : words.slice(0, NAMED_WORDS).replace(/ \S*$/, '');
  return cut.replaceAll(' ', '-') || 'picture';
}

/** What goes into the file tells how it was made, and nothing of where the maker keeps files. */
function withoutFolders(recipe: GenerateRecipe, seed: number): GenerateRecipe {
  const [step] = recipe.steps;
  const bare = {
    ...step,
    seed,
    ...(step.mask !== undefined && { mask: path.basename(step.mask) }),
    ...(step.vae !== undefined && { vae: path.basename(step.vae) }),
    loras: step.loras.map((lora) => ({ ...lora, file: path.basename(lora.file) })),
    embeddings: step.embeddings.map((file) => path.basename(file)),
  };
  return { ...recipe, steps: [bare] };
}
