import type { RowSink } from '../../inference/blending.ts';
import { PlainEnlarger } from '../../inference/plain-enlarger.ts';
import { LANCZOS3, RowResampler } from '../../inference/resample.ts';
import { RowWriter } from '../../media/row-writer.ts';
import { Spool } from '../../media/spool.ts';
import { channelRows, rowOf } from '../../media/spool-rows.ts';
import { type Transfer, transferFor } from '../../media/transfer.ts';

interface Size {
  width: number;
  height: number;
}

/** Pixels that a step works on, and what their numbers mean. */
export interface Source {
  spool: Spool;
  transfer: Transfer;
}

/** How much of a step's result is the network's, the rest being a plain enlargement. */
export interface Share {
  readonly strength: number;
  /** Of the result's size, one channel; left out: everywhere. */
  readonly mask?: Spool | undefined;
  /** Gets what the network alone made. */
  readonly alone?: Source | undefined;
}

/**
 * Where the last network's rows of a step become its result: reduced to the wished size, mixed with a plain
 * enlargement of what the step began with (strength, mask), and at the last step joined by the picture's alpha and turned
 * into its kind of samples; appended to a spool.
 */
export class ResultRows {
  readonly #writer: RowWriter;
  readonly #alpha: PlainEnlarger | undefined;

  private constructor(
    readonly spool: Spool,
    private readonly source: Source,
    private readonly share: Share,
    /** Whose samples and alpha the result has; left out: RGB of 16 bits, for the next step. */
    picture: Source | undefined,
  ) {
    this.#writer = new RowWriter(spool, picture?.transfer ?? { encode: undefined });
    const channels = picture?.spool.channels;
    if (picture && (channels === 2 || channels === 4))
      this.#alpha = PlainEnlarger.alpha(picture.spool, spool);
  }

  /** The result of the last step. */
  static async last(
    source: Source,
    picture: Source,
    size: Size,
    share: Share,
    file: string,
  ): Promise<ResultRows> {
    const { channels, depth } = picture.spool;
    const spool = await Spool.create(file, { ...size, channels, depth });
    return new ResultRows(spool, source, share, picture);
  }

  /** What a step hands on: 16 bits, so that nothing that the next could see is rounded away. */
  static async between(source: Source, size: Size, share: Share, file: string): Promise<ResultRows> {
    const spool = await Spool.create(file, { ...size, channels: 3, depth: 16 });
    return new ResultRows(spool, source, share, undefined);
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
    const colour = PlainEnlarger.colour(this.source.spool, this.source.transfer, this.spool);
    for (let y = 0; y < this.spool.height; y++) {
      if (y % 64 === 0) checkpoint();
      await this.#write(await colour.next());
    }
  }

  #mixing(): RowSink {
    const { source } = this;
    const { strength, mask, alone } = this.share;
    const keep = alone && new RowWriter(alone.spool, alone.transfer);
    if (strength === 1 && !mask && !keep) return (_, planes) => this.#write(planes);
    const plain = PlainEnlarger.colour(source.spool, source.transfer, this.spool);
    const masks = mask && channelRows(mask, 0);
    const shares = new Float32Array(this.spool.width).fill(strength);
    return async (_, planes) => {
      const base = await plain.next();
      if (keep) {
        // The samples of a file go no further than 0 to 1; its whole has to be what its layers come to.
        for (const plane of [...planes, ...base]) clamp(plane);
        await keep.write(planes, undefined);
      }
      if (masks) {
        const [row] = await rowOf(masks);
        for (let x = 0; x < shares.length; x++) shares[x] = strength * row![x]!;
      }
      for (const [c, plane] of planes.entries()) mix(plane, base[c] ?? base[0]!, shares);
      await this.#write(planes);
    };
  }

  #write(colour: readonly Float32Array[]): Promise<void> | undefined {
    if (!this.#alpha) return this.#writer.write(colour, undefined);
    return this.#alpha.next().then(([alpha]) => this.#writer.write(colour, alpha));
  }
}

function clamp(plane: Float32Array): void {
  for (let x = 0; x < plane.length; x++) plane[x] = Math.min(1, Math.max(0, plane[x]!));
}

/** In place; where the share is 0 or 1 it is the one or the other to the bit, whatever stands in the other. */
export function mix(made: Float32Array, plain: Float32Array, shares: Float32Array): void {
  for (let x = 0; x < made.length; x++) {
    const share = shares[x]!;
    if (share === 1) continue;
    made[x] = share === 0 ? plain[x]! : share * made[x]! + (1 - share) * plain[x]!;
  }
}

/** RGB of 16 bits needs no curves. */
export function handedOn(spool: Spool): Source {
  return { spool, transfer: transferFor(undefined, 16, 3) };
}
