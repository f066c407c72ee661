import path from 'node:path';
import type { ParsedArgs, Payload, Reply } from '../../contract/channels.ts';
import { isGenerateRecipe } from '../../contract/clip-recipe.ts';
import type { LatentStep } from '../../contract/latent-step.ts';
import { RULES, type RuleId } from '../../contract/rule-list.ts';
import { RULE_IDS, type RuleStep, ruleStep } from '../../contract/rules.ts';
import type { ItemRecord } from '../jobs/records.ts';
import { resolveLatent } from '../jobs/resolve.ts';
import { version, type Workshop } from '../jobs/workshop.ts';
import type { ClipPieces, Sheet } from './clip-pieces.ts';
import { type Files, recipeStep } from './page-step.ts';

/** Longest side of the small pictures of all patterns; two screen pixels for each of the inspector's. */
const THUMB_SIDE = 144;
/** Longest side of what is shown of an SVG or a clip, pixels. */
const DRAWN_SIDE = 2048;
/** Longest side of what stays in sight while others come and go: corners and pins of a pad. */
const CORNER_SIDE = 128;
/** Longest side of what is told of a pattern that grows. */
const SKETCH_SIDE = 512;
/** What is looked at tells nothing of itself. */
const OF_PREVIEWS = { quality: 92, recipe: '{}' } as const;

export interface GenerateViewsOptions {
  workshop: Workshop;
  files: Files;
  pieces: ClipPieces;
  sketched(sketch: Payload<'generate.sketched'>): void;
  made(thumb: Payload<'generate.thumb'>): void;
}

interface Drawn {
  readonly file: string;
  readonly longestSide: number;
  readonly signal?: AbortSignal;
  sketched?(sketch: { file: string; width: number; height: number }): void;
}

/** What the page wants to see of patterns before they are made, and what it asks of prompts. */
export class GenerateViews {
  #before: Promise<unknown> = Promise.resolve();
  /** Each draws in a folder of its own. */
  #calls = 0;
  readonly #thumbs = new Map<RuleId, string>();
  #thumbsMade: Promise<void> | undefined;
  /** Pixels of SVGs and frames of walks that were made, by item. */
  readonly #drawn = new Map<number, { file: Promise<string>; sheet: Sheet }>();

  constructor(private readonly options: GenerateViewsOptions) {}

  async preview(
    { step: asked, longestSide, turn }: ParsedArgs<'generate.preview'>,
    signal: AbortSignal,
  ): Promise<Reply<'generate.preview'>> {
    const { files, pieces, sketched } = this.options;
    const step = recipeStep(asked, files);
    const isSmall = longestSide <= CORNER_SIDE;
    const sheet = pieces.open(asked.kind === 'rule' ? 'patterns' : isSmall ? 'corners' : 'latents');
    const begun = performance.now();
    const file = path.join(sheet.folder, 'pattern.png');
    const { width, height } =
      step.kind === 'latent'
        ? await this.#inTurn(() => this.#drawLatent(step, file, signal), signal)
        : await this.#draw(step as RuleStep, {
            ...{ file, longestSide, signal },
            sketched: ({ file: sketch, width, height }) =>
              sketched({ turn, url: sheet.urlOf(sketch), width, height }),
          });
    return { url: sheet.urlOf(file), width, height, milliseconds: performance.now() - begun };
  }

  /** Those that were made before are told at once. */
  thumbs(): Promise<void> {
    for (const [rule, url] of this.#thumbs) this.options.made({ rule, url });
    this.#thumbsMade ??= this.#makeThumbs().finally(() => {
      this.#thumbsMade = undefined;
    });
    return this.#thumbsMade;
  }

  async #makeThumbs(): Promise<void> {
    const missing = RULE_IDS.filter((rule) => !this.#thumbs.has(rule) && !RULES[rule].needsPicture);
    if (missing.length === 0) return;
    // All of one run are kept as long as the window is open.
    const sheet = this.options.pieces.open('strip');
    for (const rule of missing) {
      const file = path.join(sheet.folder, `${rule}.png`);
      const step = ruleStep.parse({ studio: 'generate', kind: 'rule', rule });
      try {
        await this.#draw(step, { file, longestSide: THUMB_SIDE });
      } catch {
        // The preview says why; the shelf has its name.
        continue;
      }
      const url = sheet.urlOf(file);
      this.#thumbs.set(rule, url);
      this.options.made({ rule, url });
    }
  }

  /** An SVG that was made, as pixels: drawn again by its step. Of a walk, the frame in its middle. */
  drawn(item: ItemRecord): Promise<string> {
    const known = this.#drawn.get(item.id);
    if (known && !known.sheet.isForgotten) return known.file;
    const recipe = this.options.workshop.store.recipeOf(item.job);
    const step = isGenerateRecipe(recipe) ? recipe.steps[0] : undefined;
    const sheet = this.options.pieces.open('drawn');
    const file = step?.kind === 'rule' ? this.#drawVector(step, item, sheet) : this.#takeFrame(item, sheet);
    file.catch(() => this.#drawn.delete(item.id));
    this.#drawn.set(item.id, { file, sheet });
    return file;
  }

  async #drawVector(step: RuleStep, { result, position }: ItemRecord, { folder }: Sheet): Promise<string> {
    const target = path.join(folder, 'drawn.png');
    const seed = result?.seed ?? step.seed + position;
    await this.#draw({ ...step, seed }, { file: target, longestSide: DRAWN_SIDE });
    return target;
  }

  /** @throws GessoError input/unreadable */
  async #takeFrame({ result }: ItemRecord, { folder }: Sheet): Promise<string> {
    let frame: string | undefined;
    await this.options.workshop.pictures.call(
      'clip.frames',
      {
        ...{ input: result!.output, rate: result!.rate ?? '25' },
        ...{ pick: { count: 1 }, folder, longestSide: DRAWN_SIDE },
      },
      {
        onEvent: ({ file }) => {
          frame = file;
        },
      },
    );
    if (frame === undefined) throw new Error('a walk without frames');
    return frame;
  }

  /** @throws GessoError model/missing for a model that is not installed */
  async countTokens({
    model,
    texts,
  }: ParsedArgs<'generate.countTokens'>): Promise<Reply<'generate.countTokens'>> {
    const { workshop } = this.options;
    const bundle = workshop.bundles.get(model);
    if (!bundle) return [];
    return workshop.pictures.call('generate.countTokens', {
      folder: path.join(bundle.folder, 'tokenizer'),
      texts,
    });
  }

  /** @returns the size of the whole pattern */
  async #draw(step: RuleStep, drawn: Drawn): Promise<{ width: number; height: number }> {
    await this.#inTurn(() => this.#drawNow(step, drawn), drawn.signal);
    return { width: step.width, height: step.height };
  }

  /** One at a time: a call that does not hear its cancel takes its engine along, and must not take another call too. */
  #inTurn<T>(draw: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    const made = this.#before.then(() => {
      signal?.throwIfAborted();
      return draw();
    });
    this.#before = made.catch(() => {});
    return made;
  }

  /** @throws GessoError model/missing */
  async #drawLatent(step: LatentStep, file: string, signal: AbortSignal) {
    const { workshop } = this.options;
    return workshop.previewer.call(
      'generate.latent',
      {
        ...{ step, temp: file, work: this.#newWork() },
        model: resolveLatent(step.model, workshop.readyModels()),
        device: workshop.settings.values.device,
        ...OF_PREVIEWS,
        format: 'png',
        software: `Gesso ${version()}`,
      },
      { signal },
    );
  }

  #newWork(): string {
    return path.join(this.options.workshop.folder.work, `drawn-${process.pid}-${this.#calls++}`);
  }

  /** A pattern looks the same at any size: a smaller one is drawn. */
  async #drawNow(step: RuleStep, { file, longestSide, signal, sketched }: Drawn): Promise<void> {
    const { workshop } = this.options;
    const ratio = Math.min(1, longestSide / Math.max(step.width, step.height));
    const side = (pixels: number) => Math.max(16, Math.round(pixels * ratio));
    const previews = { folder: path.dirname(file), longestSide: SKETCH_SIDE };
    await workshop.previewer.call(
      'generate.rule',
      {
        step: { ...step, width: side(step.width), height: side(step.height) },
        temp: file,
        work: this.#newWork(),
        ...{ ...OF_PREVIEWS, format: 'png', software: `Gesso ${version()}` },
        ...(sketched && !RULES[step.rule].isPositional && { previews }),
      },
      {
        ...(signal && { signal }),
        onEvent: ({ preview }) => {
          if (preview) sketched?.(preview);
        },
      },
    );
  }
}
