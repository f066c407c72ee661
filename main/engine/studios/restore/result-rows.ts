import path from 'node:path';
import type { RowSink } from '../../inference/blending.ts';
import { PlainEnlarger } from '../../inference/plain-enlarger.ts';
import { LANCZOS3, RowResampler } from '../../inference/resample.ts';
import type { DecodedPicture } from '../../media/decode.ts';
import { Spool } from '../../media/spool.ts';
import { RowWriter } from './row-writer.ts';

interface Size {
  width: number;
  height: number;
}

/**
 * Where the last network's rows become the result's: reduced to the wished size, mixed with a plain enlargement of
 * the source (strength), joined by its alpha, turned into the source's kind of samples, appended to a spool.
 */
export class ResultRows {
  readonly #writer: RowWriter;
  readonly #alpha: PlainEnlarger | undefined;

  private constructor(
    readonly spool: Spool,
    private readonly picture: DecodedPicture,
    private readonly strength: number,
  ) {
    this.#writer = new RowWriter(spool, picture.transfer);
    const { channels } = picture.spool;
    if (channels === 2 || channels === 4) this.#alpha = PlainEnlarger.alpha(picture.spool, spool);
  }

  static async begin(
    picture: DecodedPicture,
    size: Size,
    strength: number,
    folder: string,
  ): Promise<ResultRows> {
    const { channels, depth } = picture.spool;
    const spool = await Spool.create(path.join(folder, 'out.v'), { ...size, channels, depth });
    return new ResultRows(spool, picture, strength);
  }

  /** Takes rows of `made` size, three planes each. */
  sink(made: Size): RowSink {
    const write = this.#mixing();
    const { width, height } = this.spool;
    if (made.width === width && made.height === height) return write;
    const reducer = new RowResampler(made, { width, height }, 3, LANCZOS3);
    return (_, planes) => reducer.push(planes, write);
  }

  /** Strength 0: the enlargement alone, no network. `checkpoint` throws when the work was cancelled. */
  async writePlain(checkpoint: () => void): Promise<void> {
    const colour = PlainEnlarger.colour(this.picture.spool, this.picture.transfer, this.spool);
    for (let y = 0; y < this.spool.height; y++) {
      if (y % 64 === 0) checkpoint();
      await this.#write(await colour.next());
    }
  }

  #mixing(): RowSink {
    const { strength, picture } = this;
    if (strength === 1) return (_, planes) => this.#write(planes);
    const plain = PlainEnlarger.colour(picture.spool, picture.transfer, this.spool);
    return async (_, planes) => {
      const base = await plain.next();
      for (const [c, plane] of planes.entries()) {
        const other = base[c] ?? base[0]!;
        for (let x = 0; x < plane.length; x++) plane[x] = strength * plane[x]! + (1 - strength) * other[x]!;
      }
      await this.#write(planes);
    };
  }

  #write(colour: readonly Float32Array[]): Promise<void> | undefined {
    if (!this.#alpha) return this.#writer.write(colour, undefined);
    return this.#alpha.next().then(([alpha]) => this.#writer.write(colour, alpha));
  }
}
