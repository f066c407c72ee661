import { rm } from 'node:fs/promises';
import path from 'node:path';
import { GessoError } from '../../contract/errors.ts';
import type { LearnRecipe } from '../../contract/learn-step.ts';
import { STATE_FILE } from '../../models/library/learnt.ts';
import type { Result } from '../engine/protocol/methods.ts';
import { type AttemptContext, type AttemptProgress, stemOf } from './attempt.ts';
import { filesToLearn } from './learn-sources.ts';
import type { LearntLibrary } from './learnt-library.ts';
import { EXTENSIONS } from './picture-output.ts';
import type { ItemResult } from './records.ts';

/** One try at learning something. What it has learnt is kept for the next one. */
export class LearnAttempt {
  /** No tiles: an engine that dies over it is given it once more. */
  readonly tile = undefined;
  /** Whether anything was learnt: the next try begins there. */
  hasAdvanced = false;

  constructor(
    private readonly context: AttemptContext,
    private readonly recipe: LearnRecipe,
    private readonly library: LearntLibrary,
  ) {}

  run(signal: AbortSignal, onProgress: (progress: AttemptProgress) => void): Promise<void> {
    return this.recipe.steps[0].kind === 'denoise'
      ? this.#picture(signal, onProgress)
      : this.#model(signal, onProgress);
  }

  /** Learns a model, which goes into the library. */
  async #model(signal: AbortSignal, onProgress: (progress: AttemptProgress) => void): Promise<void> {
    const { item, store, owner, parts } = this.context;
    const [step] = this.recipe.steps;
    const begun = performance.now();
    const files = await filesToLearn(step);
    const work = await this.library.beginWork();
    try {
      const temp = path.join(work, 'learnt');
      const made = await this.#learn(files, temp, signal, onProgress);
      const adopted = await this.library.adopt(temp, made, this.recipe);
      store.setStatus(item.id, owner, 'done', {
        result: resultOf(made, adopted.folder, adopted.id, begun),
      });
      await rm(parts, { recursive: true, force: true });
    } finally {
      await this.library.endWork(work);
    }
  }

  /** Learns on one picture and writes what it makes of it. */
  async #picture(signal: AbortSignal, onProgress: (progress: AttemptProgress) => void): Promise<void> {
    const { item, ledger, store, owner, parts } = this.context;
    const { output } = this.recipe;
    const begun = performance.now();
    const model = 'blind-spot';
    const recovered = item.attempts > 1 ? await ledger.recover(item) : undefined;
    if (recovered) {
      store.setStatus(item.id, owner, 'done', { result: { output: recovered.output, model, notes: [] } });
      return;
    }
    const reserved = await ledger.reserve(
      item,
      stemOf(this.context, output.name, { model }),
      EXTENSIONS[output.format],
      output,
    );
    if (reserved.kind === 'exists') {
      store.setStatus(item.id, owner, 'skipped', { result: { output: reserved.path, model, notes: [] } });
      return;
    }
    const made = await this.#learn([item.input], reserved.temp, signal, onProgress);
    if (!made.picture) throw new Error('no picture was written');
    const result = {
      ...resultOf(made, reserved.path, model, begun),
      ...{ width: made.picture.width, height: made.picture.height },
    };
    if (await ledger.commit(item, owner, reserved, made.picture, result))
      await rm(parts, { recursive: true, force: true });
  }

  #learn(
    files: string[],
    temp: string,
    signal: AbortSignal,
    onProgress: (progress: AttemptProgress) => void,
  ): Promise<Result<'learn.train'>> {
    const { host, job, parts, work, software } = this.context;
    const { output } = this.recipe;
    const [step] = this.recipe.steps;
    return host.call(
      'learn.train',
      {
        ...{ step, files, parts, temp, work, software },
        ...(step.from !== undefined && { from: this.#stateOf(step.from) }),
        previews: { folder: path.join(work, 'sketches') },
        device: job.options.device,
        format: output.format,
        quality: output.quality,
        recipe: JSON.stringify({
          ...this.recipe,
          // A result says what it was made of, and not where that lies.
          steps: [
            {
              ...step,
              sources: step.sources.map((source) => path.basename(source)),
              ...(step.mask !== undefined && { mask: path.basename(step.mask) }),
            },
          ],
        }),
      },
      {
        signal,
        onEvent: ({ fraction, losses, preview }) => {
          if (losses) this.hasAdvanced = true;
          onProgress({ fraction, ...(losses && { losses }), ...(preview && { sketch: preview }) });
        },
      },
    );
  }

  #stateOf(id: string): string {
    const found = this.library.get(id);
    if (found?.kind === this.recipe.steps[0].kind) return path.join(found.folder, STATE_FILE);
    throw new GessoError(
      'model/missing',
      `There is nothing learnt of that kind called ${id}.`,
      'See what there is with `gesso models list`, or leave --resume out.',
    );
  }
}

function resultOf(
  { learnt, device }: Result<'learn.train'>,
  output: string,
  model: string,
  begun: number,
): ItemResult {
  return {
    ...{ output, model, device },
    seed: learnt.learnt.seed,
    steps: learnt.learnt.steps,
    notes: learnt.learnt.notes,
    figures: learnt.learnt.figures,
    seconds: Math.round(performance.now() - begun) / 1000,
  };
}
