import { halvesToFloats } from './bytes.ts';
import { STORED_BYTES, type StoredTensor, type StoredType } from './checkpoint.ts';
import type { ModelFile } from './model-file.ts';

/** Where a tensor's values lie in a file. Whoever makes one has checked it with `extentOf`. */
export interface StoredPlace {
  readonly type: StoredType;
  readonly dims: readonly number[];
  /** In elements, one an axis; left out: row-major without gaps. */
  readonly strides?: readonly number[];
  /** Byte of the file at which the first value lies. */
  readonly start: number;
  readonly bigEndian?: boolean;
}

/** Bytes that are read at once where values lie one after another. */
const CHUNK_BYTES = 4 * 2 ** 20;
const MAX_AXES = 16;

/** @returns the number of values, or undefined where the shape is absurd */
export function countOf(dims: readonly number[]): number | undefined {
  const count = dims.reduce((a, b) => a * b, 1);
  const sound = dims.length <= MAX_AXES && dims.every((dim) => Number.isSafeInteger(dim) && dim >= 0);
  // A zero hides what the other sizes multiply to.
  const full = dims.reduce((a, b) => a * Math.max(b, 1), 1);
  return sound && Number.isSafeInteger(full) ? count : undefined;
}

/** @returns the elements from a tensor's first value to the end of its last, or undefined where its shape is absurd */
export function extentOf(dims: readonly number[], strides: readonly number[]): number | undefined {
  const count = countOf(dims);
  const sound =
    strides.length === dims.length && strides.every((step) => Number.isSafeInteger(step) && step >= 0);
  if (count === undefined || !sound) return undefined;
  if (count === 0) return 0;
  const extent = dims.reduce((sum, dim, axis) => sum + (dim - 1) * (strides[axis] ?? 0), 1);
  return Number.isSafeInteger(extent) ? extent : undefined;
}

/** A tensor whose values are read from the file when they are asked for. @param name for messages */
export function storedTensor(file: ModelFile, place: StoredPlace, name: string): StoredTensor {
  return {
    type: place.type,
    dims: place.dims,
    floats() {
      const values = isRowMajor(place) ? readInOrder(file, place) : readStrided(file, place);
      if (!values.every(Number.isFinite)) throw file.broken(`the tensor "${name}" is no numbers`);
      return values;
    },
  };
}

function isRowMajor({ dims, strides }: StoredPlace): boolean {
  if (!strides) return true;
  let step = 1;
  for (let axis = dims.length - 1; axis >= 0; axis -= 1) {
    // The stride of an axis of one element is never used.
    if (dims[axis] !== 1 && strides[axis] !== step) return false;
    step *= dims[axis] ?? 1;
  }
  return true;
}

function readInOrder(file: ModelFile, { type, dims, start, bigEndian }: StoredPlace): Float32Array {
  const size = STORED_BYTES[type];
  const out = new Float32Array(countOf(dims) ?? 0);
  const step = CHUNK_BYTES / size;
  for (let done = 0; done < out.length; done += step) {
    const count = Math.min(step, out.length - done);
    out.set(decode(file.read(start + done * size, count * size), type, bigEndian), done);
  }
  return out;
}

function readStrided(
  file: ModelFile,
  { type, dims, strides = [], start, bigEndian }: StoredPlace,
): Float32Array {
  const count = countOf(dims) ?? 0;
  const out = new Float32Array(count);
  if (count === 0) return out;
  const stored = decode(
    file.read(start, (extentOf(dims, strides) ?? 0) * STORED_BYTES[type]),
    type,
    bigEndian,
  );
  // An odometer over the axes: `at` is the place of the value that comes next.
  const position = dims.map(() => 0);
  let at = 0;
  for (let index = 0; index < count; index += 1) {
    out[index] = stored[at] ?? 0;
    for (let axis = dims.length - 1; axis >= 0; axis -= 1) {
      const step = strides[axis] ?? 0;
      const next = (position[axis] ?? 0) + 1;
      if (next < (dims[axis] ?? 0)) {
        position[axis] = next;
        at += step;
        break;
      }
      position[axis] = 0;
      at -= step * (next - 1);
    }
  }
  return out;
}

function decode(bytes: Buffer<ArrayBuffer>, type: StoredType, bigEndian = false): ArrayLike<number> {
  const size = STORED_BYTES[type];
  if (bigEndian && size === 2) bytes.swap16();
  if (bigEndian && size === 4) bytes.swap32();
  if (bigEndian && size === 8) bytes.swap64();
  const { buffer } = bytes;
  switch (type) {
    case 'float64':
      return new Float64Array(buffer);
    case 'float32':
      return new Float32Array(buffer);
    case 'float16':
      return halvesToFloats(bytes, bytes.byteLength / 2);
    case 'bfloat16':
      // A float32 without its lower half.
      return new Float32Array(Uint32Array.from(new Uint16Array(buffer), (bits) => bits << 16).buffer);
    case 'int64':
      return Float32Array.from(new BigInt64Array(buffer), Number);
    case 'int32':
      return new Int32Array(buffer);
    case 'int16':
      return new Int16Array(buffer);
    case 'int8':
      return new Int8Array(buffer);
    case 'uint8':
      return bytes;
    case 'bool':
      return bytes.map((value) => (value === 0 ? 0 : 1));
  }
}
