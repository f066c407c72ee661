import { GessoError } from '../../contract/errors.ts';
import { unknownModel } from '../errors.ts';
import { type Checkpoint, STORED_BYTES, type StoredTensor, type StoredType } from './checkpoint.ts';
import { ModelFile } from './model-file.ts';
import { countOf, type StoredPlace, storedTensor } from './stored-values.ts';

/** What the format allows a header, and what Gesso takes: 100,000 tensors need a tenth of that. */
const FORMAT_LIMIT = 100_000_000;
const MAX_HEADER = 16 * 2 ** 20;
/** Signs that make JSON take memory: the values and brackets of a header. */
const MAX_SIGNS = 1_000_000;
const MAX_DEPTH = 4;
const MAX_NAME = 1024;

const TYPES: Readonly<Record<string, StoredType>> = {
  F64: 'float64',
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
  I64: 'int64',
  I32: 'int32',
  I16: 'int16',
  I8: 'int8',
  U8: 'uint8',
  BOOL: 'bool',
};

interface Listed {
  readonly name: string;
  readonly place: StoredPlace;
  /** Bytes of the file, the end exclusive. */
  readonly end: number;
}

/**
 * Opens a safetensors file: 8 bytes with the header's length, the header in JSON, the tensors one after another,
 * little-endian, without gaps (huggingface/safetensors, README "Format"). Every place is checked here, before any of
 * the data is read.
 * @throws GessoError model/missing, model/broken, model/unknown-architecture (a type that is not read),
 *   input/too-large (a header that no model needs), model/unsafe (a pickle or archive that is called .safetensors)
 */
export function readSafetensors(name: string): Checkpoint {
  const file = new ModelFile(name);
  try {
    const data = 8 + headerLength(file);
    const tensors = new Map<string, StoredTensor>();
    for (const listed of inOrder(parseHeader(file, data), data, file)) {
      tensors.set(listed.name, storedTensor(file, listed.place, listed.name));
    }
    return { format: 'safetensors', groups: new Map([['', tensors]]), close: () => file.close() };
  } catch (thrown) {
    file.close();
    throw thrown;
  }
}

function headerLength(file: ModelFile): number {
  const length = Number(file.read(0, 8).readBigUInt64LE());
  if (length > FORMAT_LIMIT) throw file.broken(`its header would be ${length} bytes long`);
  if (8 + length > file.size) throw file.broken('it ends before its header does');
  if (length <= MAX_HEADER) return length;
  throw new GessoError(
    'input/too-large',
    `${file.name} has a header of ${length} bytes, more than the ${MAX_HEADER} that Gesso reads.`,
    'Save the model again without the notes in its header.',
  );
}

function parseHeader(file: ModelFile, end: number): Listed[] {
  const bytes = file.read(8, end - 8);
  if (!isModest(bytes)) throw file.broken('its header holds more than a list of tensors');
  let header: unknown;
  try {
    header = JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw file.broken('its header is not valid JSON', cause);
  }
  if (!isRecord(header)) throw file.broken('its header lists no tensors');
  return Object.entries(header)
    .filter(([name]) => name !== '__metadata__')
    .map(([name, entry]) => listed(name, entry, end, file));
}

function listed(name: string, entry: unknown, data: number, file: ModelFile): Listed {
  const shown = JSON.stringify(name.slice(0, 100));
  const { dtype, shape, data_offsets: offsets } = isRecord(entry) ? entry : {};
  const dims = numbers(shape);
  const count = dims && countOf(dims);
  const [begin, end, ...rest] = numbers(offsets) ?? [];
  if (typeof dtype !== 'string' || name.length > MAX_NAME || count === undefined) {
    throw file.broken(`the tensor ${shown} has no sensible type or shape`);
  }
  const type = Object.hasOwn(TYPES, dtype) ? TYPES[dtype] : undefined;
  if (!type) throw unknownModel(file.name, `tensors of the type ${dtype.slice(0, 40)}`);
  if (
    begin === undefined ||
    end === undefined ||
    rest.length > 0 ||
    end - begin !== count * STORED_BYTES[type]
  ) {
    throw file.broken(`the tensor ${shown} does not have the size that its shape says`);
  }
  return { name, place: { type, dims: dims ?? [], start: data + begin }, end: data + end };
}

/** The tensors as they lie in the file: each begins where the one before ends, and the last ends with the file. */
function inOrder(tensors: Listed[], data: number, file: ModelFile): Listed[] {
  tensors.sort((a, b) => a.place.start - b.place.start || a.end - b.end);
  let at = data;
  for (const { name, place, end } of tensors) {
    const shown = JSON.stringify(name.slice(0, 100));
    if (place.start < at) throw file.broken(`the tensor ${shown} lies over another`);
    if (place.start > at) throw file.broken(`there is a gap before the tensor ${shown}`);
    if (end > file.size) throw file.broken(`the tensor ${shown} reaches past its end`);
    at = end;
  }
  if (at !== file.size) throw file.broken('there are bytes after its last tensor');
  return tensors;
}

/** Whether JSON would parse into little more than its own size, told without parsing it. */
function isModest(bytes: Uint8Array): boolean {
  let [depth, signs, quoted] = [0, 0, false];
  for (let at = 0; at < bytes.length; at += 1) {
    const code = bytes[at];
    if (code === 0x22) quoted = !quoted;
    else if (quoted && code === 0x5c) at += 1;
    else if (!quoted && (code === 0x7b || code === 0x5b)) {
      depth += 1;
      signs += 1;
    } else if (!quoted && (code === 0x7d || code === 0x5d)) depth -= 1;
    else if (!quoted && code === 0x2c) signs += 1;
    if (depth > MAX_DEPTH || signs > MAX_SIGNS) return false;
  }
  return true;
}

function numbers(value: unknown): number[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value.every((item) => Number.isSafeInteger(item) && item >= 0) ? value : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A file that takes the name of a format that cannot run anything, and is one that can. @param what it is */
export function unsafeName(file: string, what: string): GessoError {
  return new GessoError(
    'model/unsafe',
    `${file} is called .safetensors but is ${what}, which programs open in another way, so it was not opened.`,
    'Get the model from a source that you trust. If you know it to be a checkpoint of PyTorch, call it .pth.',
  );
}
