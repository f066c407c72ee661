import { Tensor } from 'onnxruntime-node';

/**
 * Tensors that stay in the session thread between runs, by number. Their memory is used again for the next of the same
 * length: left to the garbage collector, the frames of a film would pile up before it came round.
 */
export class TensorShelf {
  readonly #kept = new Map<number, Tensor>();
  readonly #free = new Map<number, Float32Array[]>();

  /** @throws Error where there is none of that number */
  get(number: number): Tensor {
    const tensor = this.#kept.get(number);
    if (!tensor) throw new Error(`tensor ${number} is not kept`);
    return tensor;
  }

  keep(number: number, tensor: Tensor): void {
    this.#kept.set(number, tensor);
  }

  drop(number: number): void {
    const tensor = this.#kept.get(number);
    if (!tensor) return;
    this.#kept.delete(number);
    this.giveBack(tensor);
  }

  /** A tensor with whatever was in its memory. */
  room(dims: readonly number[]): Tensor {
    const length = dims.reduce((a, b) => a * b, 1);
    return new Tensor('float32', this.#free.get(length)?.pop() ?? new Float32Array(length), dims);
  }

  /** A copy of floats in shared memory, which ONNX Runtime does not take itself ("Invalid argument"). */
  copy(floats: Float32Array, dims: readonly number[]): Tensor {
    const tensor = this.room(dims);
    (tensor.data as Float32Array).set(floats);
    return tensor;
  }

  /** The tensor's memory is another's from now on. */
  giveBack(tensor: Tensor): void {
    const floats = tensor.data as Float32Array;
    const list = this.#free.get(floats.length);
    if (list) list.push(floats);
    else this.#free.set(floats.length, [floats]);
  }

  /** Lets spare memory go. */
  tidy(): void {
    this.#free.clear();
  }
}
