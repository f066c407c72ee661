import type { GraphNode, Tensor, TensorType } from './graph.ts';

/** Numbers in row-major order; whole numbers up to 2^53 are held as they are, a bool as 0 or 1. */
export type Numbers = Float32Array | Float64Array;

/** What is known of a value before a run: its type, its size, and its numbers where they do not hang on pixels. */
export interface Value {
  readonly type: TensorType;
  readonly dims: readonly number[];
  readonly data?: Numbers | undefined;
}

/** Thrown inside a rule where something cannot be told; what follows from it stays unknown. */
export class UnknownValue extends Error {}

/** One for all: they are thrown by the thousand, and a stack trace for each took most of the time. */
export const UNKNOWN = new UnknownValue();

/** What a rule may look at. */
export interface ValueContext {
  readonly node: GraphNode;
  /** Input `index`; throws `UnknownValue` where it is left out or not known. */
  value(index: number): Value;
  has(index: number): boolean;
  /** The numbers of input `index`; throws `UnknownValue` where they hang on pixels. */
  data(index: number): Numbers;
  /** A list that newer operator sets give as input `index` and older ones as an attribute. */
  list(index: number, attribute: string): readonly number[] | undefined;
  int(name: string, fallback: number): number;
  ints(name: string, fallback: readonly number[]): readonly number[];
}

export function countOf(dims: readonly number[]): number {
  return dims.reduce((a, b) => a * b, 1);
}

export function isWhole(type: TensorType): boolean {
  return !type.startsWith('float');
}

/** @param limit tensors with more elements are not unpacked: their numbers stay unknown */
export function unpack(tensor: Tensor, limit: number): Value {
  const { type, dims, data } = tensor;
  if (countOf(dims) > limit) return { type, dims };
  return { type, dims, data: unpacked(type, data) };
}

function unpacked(type: TensorType, data: Tensor['data']): Numbers | undefined {
  if (data instanceof Float32Array) return data;
  if (data instanceof BigInt64Array) return Float64Array.from(data, Number);
  // Raw bytes may start anywhere; the typed views do not.
  const { buffer } = new Uint8Array(data);
  switch (type) {
    case 'float64':
      return new Float64Array(buffer);
    case 'int32':
      return Float64Array.from(new Int32Array(buffer));
    case 'bool':
    case 'uint8':
      return Float64Array.from(new Uint8Array(buffer));
    case 'int8':
      return Float64Array.from(new Int8Array(buffer));
    default:
      return undefined;
  }
}

/** @returns undefined where the numbers are not known or the type is one that nothing here computes */
export function tensorOf(value: Value): Tensor | undefined {
  const { type, dims, data } = value;
  if (!data) return undefined;
  switch (type) {
    case 'float32':
      return { type, dims, data: data instanceof Float32Array ? data : Float32Array.from(data) };
    case 'int64':
      return { type, dims, data: BigInt64Array.from(data, BigInt) };
    case 'int32':
      return { type, dims, data: new Uint8Array(Int32Array.from(data).buffer) };
    case 'bool':
      return { type, dims, data: Uint8Array.from(data) };
    default:
      return undefined;
  }
}

/** Row-major steps from one element to the next along each axis. */
export function stridesOf(dims: readonly number[]): number[] {
  const strides = dims.map(() => 1);
  for (let axis = dims.length - 2; axis >= 0; axis -= 1) {
    strides[axis] = (strides[axis + 1] ?? 1) * (dims[axis + 1] ?? 1);
  }
  return strides;
}

/** Steps with which a tensor of `dims` is read as one of `outDims`: numpy's rule, a 1 stands still. */
export function broadcastStrides(dims: readonly number[], outDims: readonly number[]): number[] {
  const strides = stridesOf(dims);
  return outDims.map((_, axis) => {
    const own = axis - outDims.length + dims.length;
    return own < 0 || dims[own] === 1 ? 0 : (strides[own] ?? 0);
  });
}

/**
 * Picks elements by an affine rule: element (i, j, ...) is data[base + i * strides[0] + j * strides[1] + ...]. Slices,
 * transposes and broadcasts are all of this kind.
 */
export function pick(
  data: Numbers,
  outDims: readonly number[],
  strides: readonly number[],
  base = 0,
): Numbers {
  const count = countOf(outDims);
  const out = data instanceof Float32Array ? new Float32Array(count) : new Float64Array(count);
  if (!outDims.length) {
    out[0] = data[base] ?? 0;
    return out;
  }
  const last = outDims.length - 1;
  const [run, step] = [outDims[last] ?? 1, strides[last] ?? 0];
  const index = outDims.map(() => 0);
  let from = base;
  for (let at = 0; at < count; at += run) {
    for (let inner = 0; inner < run; inner += 1) out[at + inner] = data[from + inner * step] ?? 0;
    for (let axis = last - 1; axis >= 0; axis -= 1) {
      const next = (index[axis] ?? 0) + 1;
      from += strides[axis] ?? 0;
      index[axis] = next;
      if (next < (outDims[axis] ?? 1)) break;
      from -= next * (strides[axis] ?? 0);
      index[axis] = 0;
    }
  }
  return out;
}

/** An axis counted from the end becomes one counted from the front. */
export function wrapAxis(axis: number, rank: number): number {
  const wrapped = axis < 0 ? axis + rank : axis;
  if (!(wrapped >= 0 && wrapped < rank)) throw UNKNOWN;
  return wrapped;
}
