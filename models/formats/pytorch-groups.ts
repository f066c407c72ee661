import { type NamedTensors, STORED_BYTES, type StoredTensor } from './checkpoint.ts';
import type { ModelFile } from './model-file.ts';
import { Dict, type PickleValue, type StorageRef, TensorRef } from './pickle-values.ts';
import { storedTypeOf } from './pytorch-globals.ts';
import { countOf, storedTensor } from './stored-values.ts';

const MAX_DEPTH = 8;
const MAX_GROUPS = 20_000;
const MAX_NAME = 512;
/** Values that tensors may hold beyond what the file could store: room for the odd `expand`, none for a bomb. */
const SPARE_VALUES = 2 ** 23;

/** Where a storage's bytes lie. @throws GessoError model/broken where they are not there or not as many as needed */
export type Locate = (storage: StorageRef, bytes: number) => number;

/** The dictionaries of tensors in what a checkpoint's pickle holds, as `Checkpoint` describes them. */
export function groupsOf(
  root: PickleValue,
  file: ModelFile,
  locate: Locate,
  bigEndian: boolean,
): Map<string, NamedTensors> {
  const groups = new Map<string, Map<string, StoredTensor>>();
  const seen = new Set<Dict>();
  // One byte is the least that a value takes.
  let room = 4 * file.size + SPARE_VALUES;

  const visit = (dict: Dict, path: readonly string[]) => {
    // A dictionary may hold itself, or be held in thousands of places.
    if (seen.has(dict) || path.length > MAX_DEPTH) return;
    seen.add(dict);
    const tensors = new Map<string, StoredTensor>();
    for (const [key, value] of dict.entries) {
      const name = typeof key === 'number' ? String(key) : key;
      if (typeof name !== 'string' || name.length > MAX_NAME) continue;
      if (value instanceof Dict) visit(value, [...path, name]);
      if (!(value instanceof TensorRef)) continue;
      room -= countOf(value.dims) ?? 0;
      if (room < 0) throw file.broken('its tensors hold far more values than the file has room for');
      tensors.set(name, place(value, name));
    }
    if (tensors.size > 0 && groups.size < MAX_GROUPS) groups.set(path.join('.'), tensors);
  };

  const place = (tensor: TensorRef, name: string): StoredTensor => {
    const { storage, kind, offset, dims, strides } = tensor;
    const type = storedTypeOf(kind, file.name);
    const size = STORED_BYTES[type];
    const held = storage.kind === 'Untyped' ? 1 : STORED_BYTES[storedTypeOf(storage.kind, file.name)];
    if (storage.kind !== 'Untyped' && held !== size) throw file.broken('it reads a storage as another type');
    const start = locate(storage, storage.count * held) + offset * size;
    return storedTensor(file, { type, dims, strides, start, bigEndian }, name);
  };

  if (root instanceof Dict) visit(root, []);
  return groups;
}
