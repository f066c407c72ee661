import type { AxisPlan, TileSpan } from './tile-plan.ts';

/** Receives finished rows in order: one Float32Array of the output's width for each channel, valid during the call. */
export type RowSink = (y: number, planes: Float32Array[]) => void | Promise<void>;

/**
 * Joins tiles into rows. It holds one band of rows (a row of tiles) and hands rows on as soon as no later tile can
 * touch them, so memory depends on the picture's width and not on its height.
 */
export class BandBlender {
  readonly #band: Float32Array[];
  #top = 0;

  constructor(
    private readonly columns: AxisPlan,
    private readonly rows: AxisPlan,
    private readonly width: number,
    private readonly scale: number,
    channels: number,
  ) {
    const height = Math.max(...rows.spans.map((s) => s.to - s.from));
    this.#band = Array.from({ length: channels }, () => new Float32Array(width * height));
  }

  /** Bytes a band of this plan takes. */
  static bytes(rows: AxisPlan, width: number, channels: number): number {
    return Math.max(...rows.spans.map((s) => s.to - s.from)) * width * channels * 4;
  }

  /** Adds tile (column, row); `data` is its output, planar, shape x scale a side. */
  add(column: TileSpan, row: TileSpan, data: Float32Array): void {
    const tileWidth = this.columns.shape * this.scale;
    const tileHeight = this.rows.shape * this.scale;
    const left = column.from - column.start * this.scale;
    for (const [channel, band] of this.#band.entries()) {
      for (let y = row.from; y < row.to; y++) {
        const source = (channel * tileHeight + y - row.start * this.scale) * tileWidth + left;
        const target = (y - this.#top) * this.width + column.from;
        const weight = row.weights[y - row.from]!;
        const length = column.to - column.from;
        const coreFrom = column.coreFrom - column.from;
        const coreTo = column.coreTo - column.from;
        if (weight === 1) {
          band.set(data.subarray(source + coreFrom, source + coreTo), target + coreFrom);
        } else {
          for (let x = coreFrom; x < coreTo; x++) band[target + x]! += weight * data[source + x]!;
        }
        for (let x = 0; x < coreFrom; x++)
          band[target + x]! += weight * column.weights[x]! * data[source + x]!;
        for (let x = coreTo; x < length; x++)
          band[target + x]! += weight * column.weights[x]! * data[source + x]!;
      }
    }
  }

  /** After the last tile of tile row `index`: hands on what is finished and makes room for the next. */
  async finishRow(index: number, sink: RowSink): Promise<void> {
    const span = this.rows.spans[index]!;
    const next = this.rows.spans[index + 1];
    const end = next?.from ?? span.to;
    for (let y = this.#top; y < end; y++) {
      const at = (y - this.#top) * this.width;
      const wait = sink(
        y,
        this.#band.map((plane) => plane.subarray(at, at + this.width)),
      );
      if (wait) await wait;
    }
    if (!next) return;
    const keptFrom = (end - this.#top) * this.width;
    const keptTo = (span.to - this.#top) * this.width;
    for (const plane of this.#band) {
      plane.copyWithin(0, keptFrom, keptTo);
      plane.fill(0, keptTo - keptFrom);
    }
    this.#top = end;
  }
}
