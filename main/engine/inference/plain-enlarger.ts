import type { Spool } from '../media/spool.ts';
import { SpoolRows } from '../media/spool-rows.ts';
import type { Transfer } from '../media/transfer.ts';
import { CATMULL_ROM, LANCZOS3, RowResampler } from './resample.ts';

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
