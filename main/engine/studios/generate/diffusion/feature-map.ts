import { type FileHandle, open, rm } from 'node:fs/promises';

const FLOAT = 4;

/**
 * What lies between two stages of a network for pictures that are too large for memory: rows of floats in a file, made
 * one after the other and then read in any order. Its channels' sums are kept while it is made.
 */
export class FeatureMap {
  readonly #sums: Float64Array;
  readonly #squares: Float64Array;
  #rows = 0;

  private constructor(
    private readonly file: string,
    private readonly handle: FileHandle,
    readonly width: number,
    readonly height: number,
    readonly channels: number,
  ) {
    this.#sums = new Float64Array(channels);
    this.#squares = new Float64Array(channels);
  }

  static async create(
    file: string,
    { width, height, channels }: { width: number; height: number; channels: number },
  ): Promise<FeatureMap> {
    return new FeatureMap(file, await open(file, 'w+'), width, height, channels);
  }

  get rowFloats(): number {
    return this.width * this.channels;
  }

  /** @param rows [rows, channels, width], the next ones */
  async append(rows: Float32Array): Promise<void> {
    await this.#write(rows);
    const { width, channels } = this;
    for (let at = 0; at < rows.length; ) {
      for (let c = 0; c < channels; c += 1) {
        let [sum, square] = [0, 0];
        for (const end = at + width; at < end; at += 1) {
          const value = rows[at]!;
          sum += value;
          square += value * value;
        }
        this.#sums[c]! += sum;
        this.#squares[c]! += square;
      }
    }
  }

  /** Of tokens, [rows, width, channels]: nothing is measured. */
  async appendTokens(rows: Float32Array): Promise<void> {
    await this.#write(rows);
  }

  async #write(rows: Float32Array): Promise<void> {
    const bytes = new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength);
    const position = this.#rows * this.rowFloats * FLOAT;
    for (let done = 0; done < bytes.byteLength; )
      done += (await this.handle.write(bytes, done, bytes.byteLength - done, position + done)).bytesWritten;
    this.#rows += rows.length / this.rowFloats;
  }

  /** Rows from `from` (may be negative) on; what lies beyond the map is zero. */
  async read(from: number, count: number): Promise<Float32Array> {
    const out = new Float32Array(new SharedArrayBuffer(count * this.rowFloats * FLOAT));
    const first = Math.max(0, from);
    const last = Math.min(this.height, from + count);
    const bytes = new Uint8Array(
      out.buffer,
      (first - from) * this.rowFloats * FLOAT,
      (last - first) * this.rowFloats * FLOAT,
    );
    const position = first * this.rowFloats * FLOAT;
    for (let done = 0; done < bytes.byteLength; ) {
      const { bytesRead } = await this.handle.read(bytes, done, bytes.byteLength - done, position + done);
      if (bytesRead === 0) throw new Error(`${this.file} ends too early`);
      done += bytesRead;
    }
    return out;
  }

  /**
   * A group normalisation as a factor and a shift a channel (Wu and He, arXiv:1803.08494).
   * @param weight @param bias one a channel
   */
  normalisation(weight: Float32Array, bias: Float32Array, groups: number, epsilon: number) {
    const factor = new Float32Array(this.channels);
    const shift = new Float32Array(this.channels);
    const each = this.channels / groups;
    const count = each * this.width * this.height;
    for (let group = 0; group < groups; group += 1) {
      let [sum, square] = [0, 0];
      for (let c = group * each; c < (group + 1) * each; c += 1) {
        sum += this.#sums[c]!;
        square += this.#squares[c]!;
      }
      const mean = sum / count;
      const deviation = Math.sqrt(Math.max(0, square / count - mean * mean) + epsilon);
      for (let c = group * each; c < (group + 1) * each; c += 1) {
        factor[c] = weight[c]! / deviation;
        shift[c] = bias[c]! - mean * factor[c]!;
      }
    }
    return { factor, shift };
  }

  async close(): Promise<void> {
    await this.handle.close();
    await rm(this.file, { force: true });
  }
}
