import path from 'node:path';
import type { ParsedArgs, Payload } from '../../contract/channels.ts';
import { cancelled } from '../../contract/errors.ts';
import type { Recipe } from '../../contract/recipe.ts';
import { resolveSteps } from '../jobs/resolve.ts';
import type { Workshop } from '../jobs/workshop.ts';
import type { Pieces } from './pieces.ts';
import type { Sources } from './sources.ts';

export interface ModelPreviewOptions {
  workshop: Workshop;
  sources: Sources;
  pieces: Pieces;
  made(piece: Payload<'preview.made'>): void;
}

/**
 * Runs the model on the part of a picture that is looked at, in an engine of its own. There is one preview at a time:
 * a new one ends the one before after its tile in hand, or ends that engine when the tile takes too long.
 */
export class ModelPreview {
  #abort: AbortController | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: ModelPreviewOptions) {}

  /** @throws GessoError job/cancelled when another preview or `signal` ends this one */
  async run(args: ParsedArgs<'preview.run'>, signal: AbortSignal): Promise<{ blocks: number }> {
    const { workshop, sources, pieces, made } = this.options;
    const { source, region, skip, steps, display, turn } = args;
    const { device } = workshop.settings.values;
    const resolved = resolveSteps(steps, workshop.readyModels());
    this.#abort?.abort();
    const abort = new AbortController();
    this.#abort = abort;
    signal.addEventListener('abort', () => abort.abort(), { once: true });
    const before = this.#last;
    const work = (async () => {
      await before;
      if (abort.signal.aborted) throw cancelled('The preview');
      // Nothing of an earlier one is shown any more.
      if (skip.length === 0) pieces.clear();
      const decoded = await sources.decoded(source, display);
      const { blocks } = await workshop.previewer.call(
        'preview.run',
        {
          input: sources.of(source).path,
          decoded,
          region,
          skip,
          steps: resolved.steps,
          device,
          tileMemory: workshop.store.tileMemory(
            device === 'auto' ? 'webgpu' : device,
            resolved.steps[0]!.passes[0]!.descriptor.id,
          ),
          work: path.join(workshop.folder.work, `preview-${process.pid}`),
          folder: pieces.folder,
          display,
        },
        {
          signal: abort.signal,
          onEvent: ({ key, file, place, fraction, session }) => {
            // Named in any case: what is known is cleared away.
            const url = pieces.urlOf(file);
            if (!abort.signal.aborted) made({ turn, key, url, place, fraction, milliseconds: session });
          },
        },
      );
      return { blocks };
    })();
    this.#last = work.catch(() => {});
    return work;
  }

  /** Loads the models of a step while nobody waits for them yet; says nothing when it cannot. */
  async warm(wished: Recipe['steps']): Promise<void> {
    const { workshop } = this.options;
    try {
      const { steps } = resolveSteps(wished, workshop.readyModels());
      const passes = steps.flatMap((step) => step.passes);
      await workshop.previewer.call('preview.warm', { passes, device: workshop.settings.values.device });
    } catch {
      // The preview itself will say what is wrong.
    }
  }
}
