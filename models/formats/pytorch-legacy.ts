import { unknownModel } from '../errors.ts';
import { type NamedTensors, STORED_BYTES } from './checkpoint.ts';
import type { ModelFile } from './model-file.ts';
import { readPickle } from './pickle.ts';
import { Dict, type PickleValue, type StorageRef } from './pickle-values.ts';
import { pytorchRules, storedTypeOf } from './pytorch-globals.ts';
import { groupsOf } from './pytorch-groups.ts';

const MAGIC = 0x1950a86a20f9469cfc6cn;
const PROTOCOL = 1001;
/** Where the pickles at the start must end: names, shapes and keys, never tensors. */
const MAX_PICKLES = 16 * 2 ** 20;

/**
 * Reads a checkpoint as PyTorch wrote it before 1.6: five pickles (a magic number, the protocol, the system, the
 * object, the storages' keys), then each storage: its number of elements as int64, and its elements. PyTorch writes
 * them little-endian on every machine and reads them so, whatever the third pickle says.
 * @throws GessoError model/unknown-architecture for a pickle that PyTorch did not write, and what its readers throw
 */
export function readPytorchLegacy(file: ModelFile): Map<string, NamedTensors> {
  const storages = new Map<string, StorageRef>();
  const rules = pytorchRules(storages, file.name);
  const bytes = file.read(0, Math.min(file.size, MAX_PICKLES));
  let at = 0;
  const next = (): PickleValue => {
    const read = readPickle(bytes, at, rules, file.name);
    at = read.end;
    return read.value;
  };

  if (next() !== MAGIC) throw unknownModel(file.name, 'a pickle that PyTorch did not write');
  if (next() !== PROTOCOL)
    throw unknownModel(file.name, 'another protocol than the one that PyTorch has used');
  if (!(next() instanceof Dict)) throw file.broken('it does not tell the system that it was written on');
  const [root, keys] = [next(), next()];
  if (!Array.isArray(keys)) throw file.broken('its list of storages is missing');

  const starts = new Map<StorageRef, number>();
  for (const key of keys) {
    const storage = typeof key === 'string' ? storages.get(key) : undefined;
    if (!storage || starts.has(storage)) throw file.broken('its list of storages names one that nobody uses');
    const count = Number(file.read(at, 8).readBigInt64LE());
    const size = storage.kind === 'Untyped' ? 1 : STORED_BYTES[storedTypeOf(storage.kind, file.name)];
    if (count !== storage.count)
      throw file.broken(`the storage ${storage.key.slice(0, 40)} has another size`);
    starts.set(storage, at + 8);
    at += 8 + count * size;
    if (at > file.size) throw file.broken('it ends before its storages do');
  }
  const locate = (storage: StorageRef) => {
    const start = starts.get(storage);
    if (start === undefined) throw file.broken(`the storage ${storage.key.slice(0, 40)} is missing`);
    return start;
  };
  return groupsOf(root, file, locate, false);
}
