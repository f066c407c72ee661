import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { ParsedArgs, Payload, Reply } from '../../contract/channels.ts';
import type { PictureMasks } from '../../contract/masks.ts';
import type { StyleStep } from '../../contract/style-recipe.ts';
import type { StyleLayer, StyleLook } from '../../contract/style-settings.ts';
import { BUILT_IN_STYLES } from '../../contract/tasks.ts';
import type { Params } from '../engine/protocol/methods.ts';
import { resolveStyle } from '../jobs/resolve.ts';
import { layerOf } from '../jobs/style-attempt.ts';
import { version, type Workshop } from '../jobs/workshop.ts';
import type { ClipPieces, Sheet } from './clip-pieces.ts';
import type { Masks } from './masks.ts';
import type { Sources } from './sources.ts';
import type { StylePictures } from './style-pictures.ts';
import { MOST_SEEN, planPreview } from './style-preview-plan.ts';

/** Tiles of a fine preview, pixels: between two of them a cancel is heard. */
const FINE_TILE = 512;

type How = Partial<Pick<Params<'style.picture'>, 'keepOpen' | 'tile'>>;
type LaidOver = Partial<Pick<StyleStep, 'label' | 'mask' | 'opacity' | 'blend'>>;

/** A picture in the styles that are built in, as far as they are made. */
interface ThumbSheet {
  readonly sheet: Sheet;
  /** Addresses by style. */
  readonly made: Map<number, string>;
}

export interface StyleViewsOptions {
  workshop: Workshop;
  sources: Sources;
  pictures: StylePictures;
  masks: Masks;
  pieces: ClipPieces;
  made(thumb: Payload<'style.thumb'>): void;
}

/** What the page wants to see of styles: all that are built in on a picture of the user's, and what a look comes to. */
export class StyleViews {
  #before: Promise<unknown> = Promise.resolve();
  /** Each paints in a folder of its own. */
  #calls = 0;
  /** Reduced copies of pictures, by file, time and size. */
  readonly #copies = new Map<string, Promise<string>>();
  /** Of the pictures that were looked at last, by file and its state; as many as `pieces` keeps. */
  readonly #sheets = new Map<string, ThumbSheet>();

  constructor(private readonly options: StyleViewsOptions) {}

  /** A look with the paths of its pictures. @throws GessoError usage/invalid for a picture that is not on the shelf */
  stepOf({ styles, keptColour, ...look }: StyleLook, over: LaidOver = {}): StyleStep {
    const { pictures } = this.options;
    return {
      studio: 'style',
      styles: styles.map(({ from, weight }) => ({
        weight,
        from: 'builtIn' in from ? from : { picture: pictures.path(from.picture) },
      })),
      ...look,
      colour: keptColour,
      opacity: 1,
      blend: 'normal',
      ...over,
    };
  }

  /** The layers that are shown, as steps of a recipe. @param masks of the picture that is painted */
  stepsOf(layers: readonly StyleLayer[], masks: PictureMasks): StyleStep[] {
    const shown = layers.filter(
      ({ isShown, look }) => isShown && look.styles.some(({ weight }) => weight > 0),
    );
    return shown.map(({ id, label, look, opacity, blend }) => {
      const mask = masks[id];
      return this.stepOf(look, {
        ...{ opacity, blend },
        ...(label !== undefined && { label }),
        ...(mask !== undefined && { mask: this.options.masks.path(mask) }),
      });
    });
  }

  /** Those that were made of this picture before are there at once. */
  async thumbs({ source, turn }: ParsedArgs<'style.thumbs'>, signal: AbortSignal): Promise<void> {
    const { sources, made } = this.options;
    const { sheet, made: known } = await this.#sheetOf(sources.of(source).path);
    for (const [builtIn, url] of known) made({ turn, builtIn, url });
    if (known.size === BUILT_IN_STYLES) return;
    const input = await sources.smallCopy(source);
    for (let builtIn = 0; builtIn < BUILT_IN_STYLES; builtIn++) {
      if (known.has(builtIn)) continue;
      const look = { styles: [{ from: { builtIn }, weight: 1 }], strength: 1, keptColour: 0 };
      const file = path.join(sheet.folder, `${builtIn}.jpg`);
      const step = this.stepOf({ ...look, brush: 1, detail: 0, exact: false });
      await this.#paint(input, file, step, signal, { keepOpen: true });
      const url = sheet.urlOf(file);
      known.set(builtIn, url);
      made({ turn, builtIn, url });
    }
  }

  /** Of the state that a file is in now. */
  async #sheetOf(file: string): Promise<ThumbSheet> {
    const key = await stateOf(file);
    const known = this.#sheets.get(key);
    if (known && !known.sheet.isForgotten) return known;
    const fresh = { sheet: this.options.pieces.open('styles'), made: new Map<number, string>() };
    this.#sheets.set(key, fresh);
    for (const [old, { sheet }] of this.#sheets) if (sheet.isForgotten) this.#sheets.delete(old);
    return fresh;
  }

  async preview(
    { source, look, quality }: ParsedArgs<'style.preview'>,
    signal: AbortSignal,
  ): Promise<Reply<'style.preview'>> {
    const { sources, pieces } = this.options;
    const longest = sources.longestSideOf(source) ?? MOST_SEEN[quality];
    const plan = planPreview(longest, look.brush, MOST_SEEN[quality]);
    const input = await this.#copyOf(sources.of(source).path, plan.side);
    const { folder, urlOf } = pieces.open('painted');
    const file = path.join(folder, 'painted.jpg');
    const begun = performance.now();
    const isFine = quality === 'fine';
    // What is measured exactly is measured in many runs.
    const exact = isFine && look.exact;
    const step = this.stepOf({ ...look, brush: plan.brush, exact });
    await this.#paint(input, file, step, signal, isFine ? { tile: FINE_TILE } : { keepOpen: true });
    return {
      url: urlOf(file),
      milliseconds: performance.now() - begun,
      isTrue: plan.isTrue && exact === look.exact,
    };
  }

  /** One at a time: a call that does not hear its cancel takes its engine along, and must not take another call too. */
  #paint(input: string, file: string, step: StyleStep, signal: AbortSignal, how: How): Promise<void> {
    const painted = this.#before.then(() => {
      signal.throwIfAborted();
      return this.#paintNow(input, file, step, signal, how);
    });
    this.#before = painted.catch(() => {});
    return painted;
  }

  async #paintNow(
    input: string,
    file: string,
    step: StyleStep,
    signal: AbortSignal,
    how: How,
  ): Promise<void> {
    const { workshop } = this.options;
    await workshop.previewer.call(
      'style.picture',
      {
        ...{ input, temp: file },
        work: path.join(workshop.folder.work, `style-${process.pid}-${this.#calls++}`),
        layers: [layerOf(step, resolveStyle(step, workshop.readyModels()))],
        ...{ format: 'jpeg', quality: 92, stripPrivate: true, tile: 'auto' },
        device: workshop.settings.values.device,
        ...{ tileMemory: {}, software: `Gesso ${version()}`, recipe: '{}' },
        ...how,
      },
      { signal },
    );
  }

  /** A smaller copy, made once for each state of a file and each size. */
  async #copyOf(file: string, side: number): Promise<string> {
    const { workshop, pieces } = this.options;
    const key = `${side} ${await stateOf(file)}`;
    let copy = this.#copies.get(key);
    if (!copy) {
      const target = path.join(pieces.open('copies').folder, 'copy.png');
      copy = workshop.pictures
        .call('picture.preview', { file, target, longestSide: side, exact: true, display: 'srgb' })
        .then(() => target);
      this.#copies.set(key, copy);
      copy.catch(() => this.#copies.delete(key));
    }
    const made = await copy;
    if (existsSync(made)) return made;
    // Its folder was given up for newer ones.
    this.#copies.delete(key);
    return this.#copyOf(file, side);
  }
}

async function stateOf(file: string): Promise<string> {
  const { mtimeMs, size } = await stat(file);
  return `${mtimeMs} ${size} ${file}`;
}
