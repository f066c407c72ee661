import { brokenModel, unknownModel } from '../errors.ts';
import type { ByteSource } from './byte-source.ts';
import { halvesToFloats } from './bytes.ts';

/**
 * ncnn's .bin: the weights of all layers in order, without names or sizes; each layer knows how much it takes.
 * As `ModelBinFromDataReader::load` of ncnn: a `flagged` blob begins with 4 bytes that say how it is stored
 * (half floats, floats, or one byte a value with a table of 256), a raw one is plain floats. Every blob is padded to
 * 4 bytes. Only what a layer asks for is in memory, and nothing is read twice.
 */
export class NcnnWeights {
  readonly #bytes: ByteSource;
  readonly #file: string;
  #offset = 0;

  constructor(bytes: ByteSource, file: string) {
    this.#bytes = bytes;
    this.#file = file;
  }

  /** Bytes not read yet. */
  get left(): number {
    return this.#bytes.size - this.#offset;
  }

  /** @returns the next `count` floats of a blob without a flag (biases, slopes, constants) */
  raw(count: number, layer: string): Float32Array {
    this.#need(count * 4, layer);
    return this.#finite(new Float32Array(this.#take(count * 4).buffer), layer);
  }

  /** @returns the next `count` floats of a blob with a flag (kernels) */
  flagged(count: number, layer: string): Float32Array {
    this.#need(4, layer);
    const flag = new DataView(this.#take(4).buffer).getUint32(0, true);
    if (flag === HALF) {
      const size = 2 * count + ((2 * count) % 4);
      this.#need(size, layer);
      return this.#finite(halvesToFloats(this.#take(size), count), layer);
    }
    if (flag === 0 || flag === PLAIN) return this.raw(count, layer);
    if (flag === INT8) throw unknownModel(this.#file, 'int8 weights');
    return this.#table(count, layer);
  }

  #table(count: number, layer: string): Float32Array {
    // Any other flag stands for a table of 256 floats and one byte a weight; a damaged file ends up here too.
    const size = count + ((4 - (count % 4)) % 4);
    this.#need(1024 + size, layer);
    const table = new Float32Array(this.#take(1024).buffer);
    const places = this.#take(size);
    const out = new Float32Array(count);
    for (let index = 0; index < count; index += 1) out[index] = table[places[index] ?? 0] ?? 0;
    return this.#finite(out, layer);
  }

  /** Checked before anything is allocated: a lying size costs nothing. */
  #need(bytes: number, layer: string): void {
    if (Number.isSafeInteger(bytes) && bytes >= 0 && bytes <= this.left) return;
    throw brokenModel(
      this.#file,
      `the layer "${layer}" needs ${bytes} bytes of weights and ${this.left} are left`,
    );
  }

  #take(bytes: number): Uint8Array<ArrayBuffer> {
    this.#offset += bytes;
    return this.#bytes.read(this.#offset - bytes, bytes);
  }

  /** Weights that are no numbers are the first sign of reading in the wrong place. */
  #finite(values: Float32Array, layer: string): Float32Array {
    for (const value of values) {
      if (!Number.isFinite(value))
        throw brokenModel(this.#file, `the layer "${layer}" has weights that are no numbers`);
    }
    return values;
  }
}

const HALF = 0x01306b47;
const INT8 = 0x000d4b38;
const PLAIN = 0x0002c056;
