import { GessoError } from '../../contract/errors.ts';
import type { NamedTensors } from './checkpoint.ts';
import type { ModelFile } from './model-file.ts';
import { readPickle } from './pickle.ts';
import type { StorageRef } from './pickle-values.ts';
import { pytorchRules } from './pytorch-globals.ts';
import { groupsOf } from './pytorch-groups.ts';
import { readZipDirectory, startOfEntry } from './zip-directory.ts';

/** Pickles hold names and shapes; the largest networks' take a few megabytes. */
const MAX_PICKLE = 16 * 2 ** 20;

/**
 * Reads a checkpoint as PyTorch writes it since 1.6: an archive with one folder of any name, in it `data.pkl`, a file
 * a storage as `data/KEY`, and `byteorder`.
 * @throws GessoError input/unsupported where the archive holds no data.pkl, and what the pickle's reader throws
 */
export function readPytorchZip(file: ModelFile): Map<string, NamedTensors> {
  const entries = readZipDirectory(file);
  const pickles = [...entries.values()].filter(({ name }) => /^[^/]+\/data\.pkl$/.test(name));
  const [pickle, ...others] = pickles;
  if (!pickle) throw notACheckpoint(file);
  if (others.length > 0) throw file.broken('its archive holds two checkpoints');
  const folder = pickle.name.slice(0, -'data.pkl'.length);
  if (entries.has(`${folder}constants.pkl`)) throw program(file);
  if (pickle.size > MAX_PICKLE) throw file.broken(`its list of tensors has ${pickle.size} bytes`);

  const storages = new Map<string, StorageRef>();
  const bytes = file.read(startOfEntry(file, pickle), pickle.size);
  const { value } = readPickle(bytes, 0, pytorchRules(storages, file.name), file.name);

  const starts = new Map<StorageRef, number>();
  const locate = (storage: StorageRef, needed: number) => {
    const known = starts.get(storage);
    if (known !== undefined) return known;
    const entry = entries.get(`${folder}data/${storage.key}`);
    if (!entry || entry.size < needed) {
      throw file.broken(`the storage ${storage.key.slice(0, 40)} is missing or smaller than it should be`);
    }
    const start = startOfEntry(file, entry);
    starts.set(storage, start);
    return start;
  };
  return groupsOf(value, file, locate, isBigEndian());

  function isBigEndian(): boolean {
    const entry = entries.get(`${folder}byteorder`);
    if (!entry) return false;
    const order = entry.size <= 16 ? file.read(startOfEntry(file, entry), entry.size).toString('latin1') : '';
    if (order === 'big' || order === 'little') return order === 'big';
    throw file.broken('its order of bytes is neither big nor little');
  }
}

function notACheckpoint(file: ModelFile): GessoError {
  return new GessoError(
    'input/unsupported',
    `${file.name} is not a model: it looks like a zip archive.`,
    'Unpack it and open the model in it.',
  );
}

function program(file: ModelFile): GessoError {
  return new GessoError(
    'model/unsafe',
    `${file.name} is a TorchScript program, not only its tensors, so it was not opened.`,
    'Get the model as .safetensors or ONNX, or as a checkpoint that holds nothing but its tensors (a state_dict).',
  );
}
