import path from 'node:path';
import { GessoError } from '../../../../contract/errors.ts';
import { cpuThreads } from '../../inference/devices.ts';
import { probe } from '../../media/probe.ts';
import { smallPicture } from '../../media/small-picture.ts';
import type { Copies } from './copies.ts';
import type { LayerJob, StyleContext } from './job.ts';
import { isPicture, type StyleChoice } from './layers.ts';
import { colourRows } from './picture-rows.ts';

/** Of fewer pixels a side nothing is left that could be called a style. */
const LEAST_SIDE = 16;
/** Style pictures are decoded in memory as far as their format asks for it. */
const MOST_PIXELS = 300e6;

type ReaderModel = NonNullable<LayerJob['reader']>;
type Wanting = Pick<LayerJob, 'reader' | 'styles'>;

/** Reads the styles of pictures, each file once for all layers. */
export class StyleReaders {
  readonly #read = new Map<string, Promise<Float32Array>>();

  constructor(private readonly context: Pick<StyleContext, 'sessions'>) {}

  /**
   * The styles of all pictures of a layer, by their files.
   * @throws GessoError input/unreadable, input/unsupported, input/too-large, naming the style's file
   */
  async all({ reader, styles }: Wanting): Promise<ReadonlyMap<string, Float32Array>> {
    const read = new Map<string, Float32Array>();
    for (const { from } of styles)
      if (isPicture(from) && reader)
        read.set(
          from.picture,
          await this.#once(reader, from.picture, () => this.#file(reader, from.picture)),
        );
    return read;
  }

  /** The style that the picture itself has; undefined where no style is read from a picture. */
  async own({ reader }: Wanting, copies: Copies): Promise<Float32Array | undefined> {
    return reader && this.#once(reader, undefined, () => this.#own(reader, copies));
  }

  #once(
    { file }: ReaderModel,
    picture: string | undefined,
    read: () => Promise<Float32Array>,
  ): Promise<Float32Array> {
    const key = JSON.stringify([file, picture]);
    const known = this.#read.get(key) ?? read();
    this.#read.set(key, known);
    return known;
  }

  async #file(model: ReaderModel, file: string): Promise<Float32Array> {
    const side = model.descriptor.sizeMultipleOf;
    const info = await probe(file);
    const { width, height } = info;
    const name = path.basename(file);
    if (Math.min(width, height) < LEAST_SIDE)
      throw new GessoError(
        'input/unsupported',
        `${name} is ${width} x ${height} pixels: too small to take a style from.`,
        `Choose a picture of at least ${LEAST_SIDE} pixels a side.`,
      );
    if (width * height > MOST_PIXELS)
      throw new GessoError(
        'input/too-large',
        `${name} has ${width} x ${height} pixels, more than a style is taken from.`,
        `Use a smaller copy of it: a style is read from ${side} x ${side} pixels.`,
      );
    return this.#infer(model, await smallPicture(info, side));
  }

  async #own(model: ReaderModel, copies: Copies): Promise<Float32Array> {
    const side = model.descriptor.sizeMultipleOf;
    const data = new Float32Array(3 * side * side);
    let y = 0;
    for await (const row of colourRows(await copies.of({ width: side, height: side }))) {
      for (let c = 0; c < 3; c++) data.set(row[c] ?? row[0]!, (c * side + y) * side);
      y++;
    }
    return this.#infer(model, data);
  }

  async #infer({ file, descriptor }: ReaderModel, data: Float32Array): Promise<Float32Array> {
    const { input, output, sizeMultipleOf: side } = descriptor;
    const session = await this.context.sessions.open({ file, device: 'cpu', threads: cpuThreads() });
    const made = await session.infer({ [input]: { data, dims: [1, 3, side, side] } });
    return made[output]!.data;
  }
}

export function styleOf(styles: ReadonlyMap<string, Float32Array>, from: StyleChoice['from']): Float32Array {
  const style = isPicture(from) ? styles.get(from.picture) : undefined;
  if (!style) throw new Error('a style that was not read');
  return style;
}
