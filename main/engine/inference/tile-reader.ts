import type { Spool } from '../media/spool.ts';
import type { Transfer } from '../media/transfer.ts';
import { bleedTransparent } from './bleed.ts';
import { mirror } from './tile-plan.ts';

/**
 * Cuts tiles out of a spool as the network wants them: planar RGB float32 0..1, mirrored past the picture's border,
 * grey repeated in all three planes, colour bled into what is transparent.
 */
export class TileReader {
  #bytes: Buffer = Buffer.alloc(0);
  #values: Uint8Array | Uint16Array = new Uint8Array();
  #bandTop = 0;
  readonly #hasAlpha: boolean;

  constructor(
    private readonly spool: Spool,
    private readonly transfer: Transfer,
    private readonly shape: { width: number; height: number },
  ) {
    this.#hasAlpha = spool.channels === 2 || spool.channels === 4;
  }

  /** Reads the rows that the tiles starting at row `start` need. */
  async readBand(start: number): Promise<void> {
    const { height } = this.spool;
    let [top, bottom] = [height, 0];
    for (let y = start; y < start + this.shape.height; y++) {
      const row = mirror(y, height);
      top = Math.min(top, row);
      bottom = Math.max(bottom, row + 1);
    }
    const needed = (bottom - top) * this.spool.rowBytes;
    if (this.#bytes.length < needed)
      ({ bytes: this.#bytes, values: this.#values } = this.spool.samples(bottom - top));
    await this.spool.readRows(top, bottom - top, this.#bytes);
    this.#bandTop = top;
  }

  /** Fills `target` (3 x shape.height x shape.width floats) with the tile at column `left` of the band at `top`. */
  fill(left: number, top: number, target: Float32Array): void {
    const { width, height } = this.shape;
    const step = this.spool.channels;
    const columns = Int32Array.from({ length: width }, (_, x) => mirror(left + x, this.spool.width) * step);
    const plane = width * height;
    const values = this.#values;
    const tables = this.transfer.decode;
    const [red, green, blue] = [tables[0]!, tables[1] ?? tables[0]!, tables[2] ?? tables[0]!];
    const isGrey = step < 3;
    for (let y = 0; y < height; y++) {
      const row = (mirror(top + y, this.spool.height) - this.#bandTop) * this.spool.width * step;
      const at = y * width;
      if (isGrey) {
        for (let x = 0; x < width; x++) target[at + x] = red[values[row + columns[x]!]!]!;
        target.copyWithin(plane + at, at, at + width);
        target.copyWithin(2 * plane + at, at, at + width);
        continue;
      }
      for (let x = 0; x < width; x++) {
        const pixel = row + columns[x]!;
        target[at + x] = red[values[pixel]!]!;
        target[plane + at + x] = green[values[pixel + 1]!]!;
        target[2 * plane + at + x] = blue[values[pixel + 2]!]!;
      }
    }
    if (this.#hasAlpha) this.#bleed(columns, top, target);
  }

  #bleed(columns: Int32Array, top: number, target: Float32Array): void {
    const { width, height } = this.shape;
    const step = this.spool.channels;
    const max = this.spool.depth === 8 ? 255 : 65535;
    const alpha = new Float32Array(width * height);
    for (let y = 0; y < height; y++) {
      const row = (mirror(top + y, this.spool.height) - this.#bandTop) * this.spool.width * step + step - 1;
      for (let x = 0; x < width; x++) alpha[y * width + x] = this.#values[row + columns[x]!]! / max;
    }
    const plane = width * height;
    const planes = [0, 1, 2].map((c) => target.subarray(c * plane, (c + 1) * plane));
    bleedTransparent(planes, alpha, width, height);
  }
}
