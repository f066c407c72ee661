import type { Spool } from '../media/spool.ts';
import type { Transfer } from '../media/transfer.ts';
import { CATMULL_ROM, LANCZOS3, RowResampler } from './resample.ts';

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

/** A spool enlarged (or reduced) without a network, row after row: Lanczos for colour, Catmull-Rom for alpha. */
export class PlainEnlarger {
  readonly #resampler: RowResampler;
  readonly #ready: Float32Array[][] = [];

  private constructor(
    private readonly rows: SpoolRows,
    from: Spool,
    to: { width: number; height: number },
    channels: number,
    kernel: typeof LANCZOS3,
  ) {
    this.#resampler = new RowResampler(from, to, channels, kernel);
  }

  static colour(from: Spool, transfer: Transfer, to: { width: number; height: number }): PlainEnlarger {
    const channels = from.channels < 3 ? [0] : [0, 1, 2];
    return new PlainEnlarger(
      new SpoolRows(from, channels, transfer.decode),
      from,
      to,
      channels.length,
      LANCZOS3,
    );
  }

  static alpha(from: Spool, to: { width: number; height: number }): PlainEnlarger {
    const max = from.depth === 8 ? 255 : 65535;
    const table = Float32Array.from({ length: max + 1 }, (_, i) => i / max);
    const rows = new SpoolRows(from, [from.channels - 1], [table]);
    return new PlainEnlarger(rows, from, to, 1, CATMULL_ROM);
  }

  /** The next target row, top to bottom. */
  async next(): Promise<Float32Array[]> {
    for (;;) {
      const row = this.#ready.shift();
      if (row) return row;
      await this.#resampler.push(await this.rows.next(), (_, planes) => {
        this.#ready.push(planes.map((plane) => plane.slice()));
      });
    }
  }
}
