/** Tiny checkpoints, written byte by byte as PyTorch writes them. */
import type { StoredType } from '../formats/checkpoint.ts';
import { zipOf } from './zip.ts';

/** A tensor over a storage of the same checkpoint. */
interface WrittenTensor {
  readonly storage: string;
  /** In elements. */
  readonly offset?: number;
  readonly dims: readonly number[];
  readonly strides?: readonly number[];
}

export interface WrittenStorage {
  readonly type: StoredType;
  /** As they shall lie in the file. */
  readonly bytes: Uint8Array;
  /** In elements, as the pickle says it. */
  readonly count: number;
}

/** A dictionary of tensors and of dictionaries. */
export type Written = { readonly [name: string]: WrittenTensor | Written };

const STORAGE: Readonly<Record<StoredType, string>> = {
  float64: 'DoubleStorage',
  float32: 'FloatStorage',
  float16: 'HalfStorage',
  bfloat16: 'BFloat16Storage',
  int64: 'LongStorage',
  int32: 'IntStorage',
  int16: 'ShortStorage',
  int8: 'CharStorage',
  uint8: 'ByteStorage',
  bool: 'BoolStorage',
};

/** Pieces of a pickle of protocol 2. */
export const pickled = {
  text: (value: string) => Buffer.concat([sign('X'), uint32(Buffer.byteLength(value)), Buffer.from(value)]),
  int: (value: number) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(BigInt(value));
    return Buffer.concat([Buffer.of(0x8a, 8), bytes]);
  },
  tuple: (items: readonly Uint8Array[]) => Buffer.concat([sign('('), ...items, sign('t')]),
  list: (items: readonly Uint8Array[]) => Buffer.concat([sign(']('), ...items, sign('e')]),
  dict: (entries: readonly (readonly [string, Uint8Array])[]) =>
    Buffer.concat([sign('}('), ...entries.flatMap(([key, value]) => [pickled.text(key), value]), sign('u')]),
  global: (module: string, name: string) => sign(`c${module}\n${name}\n`),
  call: (target: Uint8Array, args: readonly Uint8Array[]) =>
    Buffer.concat([target, pickled.tuple(args), sign('R')]),
  whole: (value: Uint8Array) => Buffer.concat([Buffer.of(0x80, 2), value, sign('.')]),
};

/** Floats as a storage. */
export function floatStorage(values: Float32Array): WrittenStorage {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return { type: 'float32', bytes, count: values.length };
}

/** What a checkpoint's pickle holds: one dictionary. */
function pickleOf(written: Written, storages: Readonly<Record<string, WrittenStorage>>): Buffer {
  const entries = Object.entries(written).map(([name, value]) => {
    const tensor = 'storage' in value && typeof value.storage === 'string';
    const bytes = tensor ? tensorOf(value as WrittenTensor, storages) : dictOf(value as Written, storages);
    return [name, bytes] as const;
  });
  return pickled.whole(pickled.dict(entries));
}

function dictOf(written: Written, storages: Readonly<Record<string, WrittenStorage>>): Buffer {
  return pickleOf(written, storages).subarray(2, -1);
}

function tensorOf(tensor: WrittenTensor, storages: Readonly<Record<string, WrittenStorage>>): Buffer {
  const storage = storages[tensor.storage] as WrittenStorage;
  const { dims, offset = 0, strides = rowMajor(dims) } = tensor;
  const id = pickled.tuple([
    pickled.text('storage'),
    pickled.global('torch', STORAGE[storage.type]),
    pickled.text(tensor.storage),
    pickled.text('cpu'),
    pickled.int(storage.count),
  ]);
  return pickled.call(pickled.global('torch._utils', '_rebuild_tensor_v2'), [
    Buffer.concat([id, sign('Q')]),
    pickled.int(offset),
    pickled.tuple(dims.map(pickled.int)),
    pickled.tuple(strides.map(pickled.int)),
    Buffer.of(0x89),
    sign('N'),
  ]);
}

/** As PyTorch writes it since 1.6. @param more files beside data.pkl, or instead of it */
export function pytorchZip(
  written: Written,
  storages: Readonly<Record<string, WrittenStorage>>,
  more: Readonly<Record<string, Uint8Array>> = {},
): Buffer {
  const data = Object.entries(storages).map(([key, { bytes }]) => [`top/data/${key}`, bytes]);
  return zipOf({ 'top/data.pkl': pickleOf(written, storages), ...Object.fromEntries(data), ...more });
}

/** As PyTorch wrote it before 1.6. @param object the fourth pickle, where another is wanted */
export function pytorchLegacy(
  written: Written,
  storages: Readonly<Record<string, WrittenStorage>>,
  object: Uint8Array = pickleOf(written, storages),
): Buffer {
  const magic = Buffer.concat([Buffer.of(0x8a, 10), Buffer.from('6cfc9c46f9206aa85019', 'hex')]);
  const values = Object.values(storages).flatMap(({ bytes, count }) => {
    const length = Buffer.alloc(8);
    length.writeBigInt64LE(BigInt(count));
    return [length, bytes];
  });
  return Buffer.concat([
    pickled.whole(magic),
    pickled.whole(pickled.int(1001)),
    pickled.whole(pickled.dict([['protocol_version', pickled.int(1001)]])),
    object,
    pickled.whole(pickled.list(Object.keys(storages).map(pickled.text))),
    ...values,
  ]);
}

/** @param header as JSON @param data the tensors' bytes */
export function safetensorsOf(header: unknown, data: Uint8Array): Buffer {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.byteLength));
  return Buffer.concat([length, text, data]);
}

export function rowMajor(dims: readonly number[]): number[] {
  return dims.map((_, axis) => dims.slice(axis + 1).reduce((a, b) => a * b, 1));
}

function sign(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
