import { brokenModel } from '../errors.ts';
import type { NamedTensors, StoredTensor } from '../formats/checkpoint.ts';

/**
 * A checkpoint's tensors as one architecture reads them: by name, with the shape it expects, each read noted, so that
 * what was left over can be told afterwards.
 */
export class Weights {
  readonly #tensors: NamedTensors;
  readonly #file: string;
  readonly #architecture: string;
  readonly #read = new Set<string>();
  /** Largest number of each list of modules, by its prefix. */
  readonly #lengths = new Map<string, number>();

  /** @param file for messages @param architecture how the network is called in messages */
  constructor(tensors: NamedTensors, file: string, architecture: string) {
    this.#tensors = tensors;
    this.#file = file;
    this.#architecture = architecture;
    for (const name of tensors.keys()) {
      const parts = name.split('.');
      parts.forEach((part, index) => {
        if (!/^\d{1,6}$/.test(part)) return;
        const prefix = parts.slice(0, index).join('.');
        this.#lengths.set(prefix, Math.max(this.#lengths.get(prefix) ?? 0, Number(part) + 1));
      });
    }
  }

  has(name: string): boolean {
    return this.#tensors.has(name);
  }

  /** @returns 1 + the largest n for which `prefix.n` holds a tensor; 0 where there is none */
  length(prefix: string): number {
    return this.#lengths.get(prefix) ?? 0;
  }

  /**
   * @param rank the number of axes that it must have; left out: any
   * @throws GessoError model/broken where the tensor is missing or has another number of axes
   */
  dims(name: string, rank?: number): readonly number[] {
    const found = this.#find(name);
    if (rank !== undefined && found.dims.length !== rank) {
      throw this.broken(`the tensor "${name}" has ${found.dims.length} axes, not ${rank}`);
    }
    return found.dims;
  }

  /** The size of one axis. */
  size(name: string, axis: number): number {
    const dims = this.dims(name);
    const size = dims[axis];
    if (!size) throw this.broken(`the tensor "${name}" is ${dims.join(' x ')}, too little`);
    return size;
  }

  /**
   * The values of a trained tensor, row-major.
   * @param dims what its shape must be; -1 stands for any size
   * @throws GessoError model/broken where it is missing or shaped otherwise
   */
  read(name: string, dims?: readonly number[]): Float32Array {
    return this.known(name, dims).floats();
  }

  /** The same without its values, for who reads them later. */
  known(name: string, dims?: readonly number[]): StoredTensor {
    const found = this.dims(name, dims?.length);
    if (dims?.some((dim, axis) => dim !== -1 && dim !== found[axis])) {
      throw this.broken(`the tensor "${name}" is ${found.join(' x ')}, where ${dims.join(' x ')} fits`);
    }
    this.#read.add(name);
    return this.#find(name);
  }

  /** Values of a tensor that only tells settings: not counted as trained. */
  peek(name: string): Float32Array {
    return this.#find(name).floats();
  }

  /** Notes a tensor as known though its values are not needed. */
  ignore(name: string): void {
    this.#read.add(name);
  }

  /** Trained values read so far. */
  get parameters(): number {
    let total = 0;
    for (const name of this.#read) {
      total += this.#tensors.get(name)?.dims.reduce((a, b) => a * b, 1) ?? 0;
    }
    return total;
  }

  /** Names of the tensors that the network was built without. */
  unread(): string[] {
    return [...this.#tensors.keys()].filter((name) => !this.#read.has(name));
  }

  #find(name: string): StoredTensor {
    const found = this.#tensors.get(name);
    if (found) return found;
    throw this.broken(`the tensor "${name}" is missing`);
  }

  broken(why: string): Error {
    return brokenModel(this.#file, `it looks like ${this.#architecture}, but ${why}`);
  }
}
