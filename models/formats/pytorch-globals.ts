import { brokenModel, unknownModel } from '../errors.ts';
import { STORED_BYTES, type StoredType } from './checkpoint.ts';
import type { PickleRules } from './pickle-machine.ts';
import {
  Dict,
  Global,
  Opaque,
  type PickleValue,
  StorageRef,
  StorageView,
  TensorRef,
  Tuple,
} from './pickle-values.ts';
import { extentOf } from './stored-values.ts';

/** PyTorch's words for what storages hold: those of its storage classes and those of its dtypes. */
const TYPES: Readonly<Record<string, StoredType>> = {
  Double: 'float64',
  Float: 'float32',
  Half: 'float16',
  BFloat16: 'bfloat16',
  Long: 'int64',
  Int: 'int32',
  Short: 'int16',
  Char: 'int8',
  Byte: 'uint8',
  Bool: 'bool',
  float64: 'float64',
  float32: 'float32',
  float16: 'float16',
  bfloat16: 'bfloat16',
  int64: 'int64',
  int32: 'int32',
  int16: 'int16',
  int8: 'int8',
  uint8: 'uint8',
  bool: 'bool',
};

const STORAGE = /^torch\.(?:storage\.)?(\w+?)Storage$/;
/** Types of values. They may be mentioned, and even stored where nobody reads them. */
const DTYPE =
  /^torch\.(float\d+(_e\w+)?|bfloat16|half|double|float|u?int\d+|long|int|short|bool|complex\d+|q\w*int\d+)$/;
const NUMPY_DTYPE = /^numpy\.dtypes\.\w+DType$/;

/** Calls that give something nobody looks into. */
const OPAQUE = new Set([
  'torch.Size',
  'torch.device',
  'torch.Generator',
  'numpy.dtype',
  'numpy.ndarray',
  ...['core', '_core'].flatMap((core) => [
    `numpy.${core}.multiarray._reconstruct`,
    `numpy.${core}.multiarray.scalar`,
    `numpy.${core}.numeric._frombuffer`,
  ]),
  '_codecs.encode',
  'argparse.Namespace',
  'types.SimpleNamespace',
  ...['builtins', '__builtin__'].flatMap((module) =>
    [
      'set',
      'frozenset',
      'int',
      'long',
      'float',
      'complex',
      'bool',
      'str',
      'bytes',
      'bytearray',
      'list',
      'tuple',
    ].map((name) => `${module}.${name}`),
  ),
]);
const DICTS = new Set([
  'collections.OrderedDict',
  'collections.defaultdict',
  'collections.Counter',
  'builtins.dict',
]);
const TENSORS: Readonly<
  Record<string, (args: readonly PickleValue[], file: string) => PickleValue | undefined>
> = {
  // (storage, offset, size, stride), and what autograd wanted to keep.
  'torch._utils._rebuild_tensor': (args, file) => tensorOf(args, undefined, file),
  'torch._utils._rebuild_tensor_v2': (args, file) => tensorOf(args, undefined, file),
  // The seventh argument is the type of the values in an untyped storage.
  'torch._utils._rebuild_tensor_v3': (args, file) => tensorOf(args, args[6], file),
  'torch._utils._rebuild_parameter': ([data], file) => tensorOnly(data, file),
  'torch._utils._rebuild_parameter_with_state': ([data], file) => tensorOnly(data, file),
  'torch.nn.parameter.Parameter': ([data], file) => tensorOnly(data, file),
};

const MAX_AXES = 16;

/**
 * What a checkpoint of PyTorch may mention: its tensors, plain data, and a few things that training programs leave
 * beside them, which are not looked into. All storages that it names are kept in `storages`, by their keys.
 */
export function pytorchRules(storages: Map<string, StorageRef>, file: string): PickleRules {
  return {
    known: (name) =>
      STORAGE.test(name) ||
      DTYPE.test(name) ||
      NUMPY_DTYPE.test(name) ||
      OPAQUE.has(name) ||
      DICTS.has(name) ||
      Object.hasOwn(TENSORS, name),
    call: (name, args) => {
      if (OPAQUE.has(name) || NUMPY_DTYPE.test(name)) return new Opaque(name);
      if (DICTS.has(name)) return dictOf(args[0], file);
      return Object.hasOwn(TENSORS, name) ? TENSORS[name]?.(args, file) : undefined;
    },
    persistent: (id) => storageOf(id, storages, file),
  };
}

/** ('storage', class, key, where it was, elements[, view]); a view is (its own key, offset, elements). */
function storageOf(
  id: PickleValue,
  storages: Map<string, StorageRef>,
  file: string,
): StorageRef | StorageView {
  const [what, kind, key, , count, view] = id instanceof Tuple ? id.items : [];
  const name = kind instanceof Global ? STORAGE.exec(kind.name)?.[1] : undefined;
  if (what !== 'storage' || !name) throw brokenModel(file, 'it refers to something that is no storage');
  if (typeof key !== 'string' || !isCount(count))
    throw brokenModel(file, 'it names a storage without a size');
  const known = storages.get(key);
  if (known && (known.kind !== name || known.count !== count)) {
    throw brokenModel(file, `it names the storage ${key.slice(0, 40)} twice, with two sizes`);
  }
  const storage = known ?? new StorageRef(key, name, count);
  storages.set(key, storage);
  if (!(view instanceof Tuple)) return storage;
  const [, offset, size] = view.items;
  if (!isCount(offset) || !isCount(size) || offset + size > count) {
    throw brokenModel(file, 'it names a part of a storage that reaches past its end');
  }
  return new StorageView(storage, offset);
}

function tensorOf(args: readonly PickleValue[], dtype: PickleValue | undefined, file: string): TensorRef {
  const [held, first, size, stride] = args;
  const view = held instanceof StorageView ? held : undefined;
  const storage = view?.storage ?? held;
  const [dims, strides] = [sizesOf(size), sizesOf(stride)];
  if (!(storage instanceof StorageRef) || !isCount(first) || !dims || !strides) {
    throw brokenModel(file, 'it makes a tensor of something that is no storage');
  }
  const kind = dtype instanceof Global ? dtype.name.replace('torch.', '') : storage.kind;
  const offset = first + (view?.offset ?? 0);
  const extent = extentOf(dims, strides);
  if (extent === undefined) throw brokenModel(file, `it has a tensor of the absurd size ${dims.join(' x ')}`);
  const element = storage.kind === 'Untyped' ? elementBytes(kind) : 1;
  if (extent > 0 && (offset + extent) * element > storage.count) {
    throw brokenModel(file, 'it has a tensor that reaches past the end of its storage');
  }
  return new TensorRef(storage, kind, offset, dims, strides);
}

/** What a storage or a tensor of this kind holds. @throws GessoError model/unknown-architecture naming it */
export function storedTypeOf(kind: string, file: string): StoredType {
  const type = Object.hasOwn(TYPES, kind) ? TYPES[kind] : undefined;
  if (!type) throw unknownModel(file, `tensors of the type ${kind}`);
  return type;
}

/** Bytes of an element; 1 where the kind is not known, which says so when the tensor is looked at. */
function elementBytes(kind: string): number {
  const type = Object.hasOwn(TYPES, kind) ? TYPES[kind] : undefined;
  return type ? STORED_BYTES[type] : 1;
}

function tensorOnly(value: PickleValue | undefined, file: string): TensorRef {
  if (value instanceof TensorRef) return value;
  throw brokenModel(file, 'it makes a parameter of something that is no tensor');
}

/** Python 2 gives the pairs to the constructor, later ones set them one by one. */
function dictOf(pairs: PickleValue | undefined, file: string): Dict {
  const dict = new Dict();
  if (!Array.isArray(pairs)) return dict;
  // The same list may be given again and again; no checkpoint does that with a long one.
  for (const pair of pairs.splice(0)) {
    const [key, value] = pair instanceof Tuple ? pair.items : Array.isArray(pair) ? pair : [];
    if (key === undefined || value === undefined) throw brokenModel(file, 'it has a dictionary of no pairs');
    dict.entries.set(key, value);
  }
  return dict;
}

function sizesOf(value: PickleValue | undefined): number[] | undefined {
  if (!(value instanceof Tuple) || value.items.length > MAX_AXES) return undefined;
  const sizes = value.items.filter(isCount);
  return sizes.length === value.items.length ? sizes : undefined;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
