import type { Spool } from './spool.ts';
import { FINE, type Transfer } from './transfer.ts';

/**
 * Turns float rows into samples and appends them to a spool. The network's values go back through the picture's own
 * transfer curve; grey pictures take the mean of the three planes; alpha is put back beside the colour.
 */
export class RowWriter {
  readonly #row: Uint8ClampedArray | Uint16Array;
  readonly #bytes: Uint8Array;
  readonly #max: number;
  readonly #colours: number;

  constructor(
    private readonly spool: Pick<Spool, 'width' | 'channels' | 'depth' | 'rowBytes' | 'appendRow'>,
    private readonly transfer: Pick<Transfer, 'encode'>,
  ) {
    const buffer = new ArrayBuffer(spool.rowBytes);
    this.#row = spool.depth === 8 ? new Uint8ClampedArray(buffer) : new Uint16Array(buffer);
    this.#bytes = new Uint8Array(buffer);
    this.#max = spool.depth === 8 ? 255 : 65535;
    this.#colours = spool.channels < 3 ? 1 : 3;
  }

  /** @param colour one or three planes; @param alpha one plane where the spool has an alpha channel. */
  write(colour: readonly Float32Array[], alpha: Float32Array | undefined): Promise<void> | undefined {
    const planes = this.#colours === 1 && colour.length === 3 ? [mean(colour)] : colour;
    for (let c = 0; c < this.#colours; c++) this.#put(planes[c] ?? planes[0]!, c, this.transfer.encode?.[c]);
    if (alpha) this.#put(alpha, this.spool.channels - 1, undefined);
    return this.spool.appendRow(this.#bytes);
  }

  #put(plane: Float32Array, channel: number, table: Uint8Array | Uint16Array | undefined): void {
    const row = this.#row;
    const step = this.spool.channels;
    const { width } = this.spool;
    if (table) {
      for (let x = 0, at = channel; x < width; x++, at += step) row[at] = table[toInteger(plane[x]!, FINE)]!;
    } else if (row instanceof Uint8ClampedArray) {
      // Clamps and rounds by itself.
      for (let x = 0, at = channel; x < width; x++, at += step) row[at] = plane[x]! * 255;
    } else {
      for (let x = 0, at = channel; x < width; x++, at += step) row[at] = toInteger(plane[x]!, this.#max);
    }
  }
}

function toInteger(value: number, max: number): number {
  return value >= 1 ? max : value > 0 ? (value * max + 0.5) | 0 : 0;
}

function mean([a, b, c]: readonly Float32Array[]): Float32Array {
  return Float32Array.from(a!, (v, i) => (v + b![i]! + c![i]!) / 3);
}
