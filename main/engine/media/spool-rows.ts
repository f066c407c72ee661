import type { Spool } from './spool.ts';

/** Rows of a spool as float planes, read in bands. */
export class SpoolRows {
  readonly #bytes: Buffer;
  readonly #values: Uint8Array | Uint16Array;
  readonly #bandRows: number;
  #bandTop = -1;
  #next = 0;
  readonly #planes: Float32Array[];

  /** @param channels which of the spool's channels; @param tables sample -> value, one for each of them. */
  constructor(
    private readonly spool: Spool,
    private readonly channels: readonly number[],
    private readonly tables: readonly Float32Array[],
  ) {
    this.#bandRows = Math.min(spool.height, 64);
    ({ bytes: this.#bytes, values: this.#values } = spool.samples(this.#bandRows));
    this.#planes = channels.map(() => new Float32Array(spool.width));
  }

  /** The next row, top to bottom; valid until the following call. */
  async next(): Promise<Float32Array[]> {
    const y = this.#next++;
    if (this.#bandTop < 0 || y >= this.#bandTop + this.#bandRows) {
      this.#bandTop = y;
      await this.spool.readRows(y, Math.min(this.#bandRows, this.spool.height - y), this.#bytes);
    }
    const step = this.spool.channels;
    const row = (y - this.#bandTop) * this.spool.width * step;
    for (const [i, channel] of this.channels.entries()) {
      const plane = this.#planes[i]!;
      const table = this.tables[i]!;
      for (let x = 0, at = row + channel; x < plane.length; x++, at += step)
        plane[x] = table[this.#values[at]!]!;
    }
    return this.#planes;
  }
}

/** One channel as it is, 0..1: transparency, a mask. */
export function channelRows(spool: Spool, channel: number): AsyncGenerator<Float32Array[]> {
  return sampleRows(spool, [channel]);
}

/** Channels as they are, 0..1, in whatever encoding the picture has them. */
export async function* sampleRows(spool: Spool, channels: readonly number[]): AsyncGenerator<Float32Array[]> {
  const max = spool.depth === 8 ? 255 : 65535;
  const table = Float32Array.from({ length: max + 1 }, (_, sample) => sample / max);
  const rows = new SpoolRows(
    spool,
    channels,
    channels.map(() => table),
  );
  for (let y = 0; y < spool.height; y++) yield await rows.next();
}

/** The next row of some that have to go on. */
export async function rowOf(rows: AsyncIterator<readonly Float32Array[]>): Promise<readonly Float32Array[]> {
  const next = await rows.next();
  if (next.done) throw new Error('rows ended early');
  return next.value;
}
