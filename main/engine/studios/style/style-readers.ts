import { stat } from 'node:fs/promises';
import type { Copies } from './copies.ts';
import type { LayerJob, StyleContext } from './job.ts';
import { isPicture } from './layers.ts';
import { readerOf, type StyleReader } from './read-style.ts';

type Wanting = Pick<LayerJob, 'reader' | 'styles'>;

/** Styles of pictures that are remembered from one job to the next; each is a hundred numbers. */
const MOST_REMEMBERED = 64;
/** By reader, file and its state: a preview asks for the same ones with every change of a slider. */
const remembered = new Map<string, Float32Array>();

/** Reads the styles of pictures for all layers, each file once. */
export class StyleReaders {
  readonly #read = new Map<string, Promise<Float32Array>>();

  constructor(private readonly context: Pick<StyleContext, 'sessions'>) {}

  /**
   * The styles of all pictures of a layer, by their files.
   * @throws GessoError input/unreadable, input/unsupported, input/too-large, naming the style's file
   */
  async all(layer: Wanting): Promise<ReadonlyMap<string, Float32Array>> {
    const read = new Map<string, Float32Array>();
    for (const { from } of layer.styles)
      if (isPicture(from)) {
        const { picture } = from;
        const style = await this.#remembered(layer, picture);
        if (style) read.set(picture, style);
      }
    return read;
  }

  /** The style that the picture itself has; undefined where the layer reads none. */
  own(layer: Wanting, copies: Copies): Promise<Float32Array | undefined> {
    return this.#once(layer, undefined, (reader) => reader.readOwn(copies));
  }

  async #remembered(layer: Wanting, picture: string): Promise<Float32Array | undefined> {
    // A file that is not there is the reader's to say.
    const state = await stat(picture).catch(() => undefined);
    const key = JSON.stringify([layer.reader?.file, picture, state?.mtimeMs, state?.size]);
    const known = remembered.get(key);
    if (known) return known;
    const style = await this.#once(layer, picture, (reader) => reader.read(picture));
    if (!style || !state) return style;
    remembered.set(key, style);
    for (const oldest of remembered.keys()) {
      if (remembered.size <= MOST_REMEMBERED) break;
      remembered.delete(oldest);
    }
    return style;
  }

  async #once(
    layer: Wanting,
    picture: string | undefined,
    read: (reader: StyleReader) => Promise<Float32Array>,
  ): Promise<Float32Array | undefined> {
    const key = JSON.stringify([layer.reader?.file, picture]);
    const known = this.#read.get(key);
    if (known) return known;
    // Its session is asked for each time: between two layers others may have taken its place.
    const reader = await readerOf(layer, this.context);
    if (!reader) return undefined;
    const reading = read(reader);
    this.#read.set(key, reading);
    return reading;
  }
}
