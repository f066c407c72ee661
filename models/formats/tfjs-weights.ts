import path from 'node:path';
import { GessoError } from '../../contract/errors.ts';
import { brokenModel, unknownModel } from '../errors.ts';
import { type ByteSource, joined } from './byte-source.ts';
import { halvesToFloats } from './bytes.ts';
import { ModelFile } from './model-file.ts';

const MAX_SHARDS = 512;

export interface TfjsWeight {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/** A weight of any type that TensorFlow.js keeps; whole numbers are exact. */
export interface TfjsTensor {
  readonly type: 'float32' | 'int32' | 'bool';
  readonly dims: readonly number[];
  readonly data: Float32Array | Int32Array | Uint8Array;
}

/** Opens the shards that a manifest names; given so that tests need no disk. */
export type OpenShard = (name: string) => ByteSource;

/** Runs `step` with the shards beside a model.json, and closes what it opened. */
export async function withShardsBeside<T>(
  modelFile: string,
  step: (open: OpenShard) => T | Promise<T>,
): Promise<T> {
  const files: ModelFile[] = [];
  try {
    return await step((name) => {
      const file = new ModelFile(path.join(path.dirname(modelFile), name));
      files.push(file);
      return file;
    });
  } finally {
    for (const file of files) file.close();
  }
}

/** Reads the weights of a layers model, which are all floats. @throws as `readTfjsTensors` */
export function readTfjsWeights(manifest: unknown, open: OpenShard, file: string): Map<string, TfjsWeight> {
  const tensors = readTfjsTensors(manifest, open, file);
  return new Map(
    [...tensors].map(([name, { type, dims, data }]) => {
      if (!(data instanceof Float32Array)) throw unknownModel(file, `weights of type ${type}`);
      return [name, { dims, data }];
    }),
  );
}

/**
 * Reads TensorFlow.js' weights manifest: groups of files whose bytes, joined, hold the listed weights one after
 * another; quantised ones are `value * scale + min`. They are read one at a time, and no file twice.
 * @throws GessoError model/broken, model/unsafe (a shard outside the model's folder), model/unknown-architecture
 */
export function readTfjsTensors(manifest: unknown, open: OpenShard, file: string): Map<string, TfjsTensor> {
  const opened = new Set<string>();
  const weights = new Map<string, TfjsTensor>();
  for (const group of arrayOf(manifest, file)) {
    const { paths, weights: specs } = recordOf(group, file);
    const names = arrayOf(paths, file);
    const shards = names.map((each) => {
      const name = safeShard(each, file);
      if (opened.has(name)) throw brokenModel(file, `it names the weight file ${name} twice`);
      opened.add(name);
      if (opened.size > MAX_SHARDS) throw brokenModel(file, 'it names too many weight files');
      return open(name);
    });
    const bytes = joined(shards);
    let offset = 0;
    for (const spec of arrayOf(specs, file)) {
      const { name, bytes: size, ...tensor } = readWeight(recordOf(spec, file), bytes, offset, file);
      offset += size;
      weights.set(name, tensor);
    }
    if (offset !== bytes.size)
      throw brokenModel(file, `${bytes.size - offset} bytes of weights are left over`);
  }
  return weights;
}

function safeShard(name: unknown, file: string): string {
  if (typeof name === 'string' && /^[\w.-]+$/.test(name) && !/^\.+$/.test(name)) return name;
  throw new GessoError(
    'model/unsafe',
    `${file} names a weight file outside its own folder.`,
    'Put the weight files beside model.json, or get the model from a source that you trust.',
  );
}

function readWeight(
  spec: Record<string, unknown>,
  bytes: ByteSource,
  offset: number,
  file: string,
): TfjsTensor & { name: string; bytes: number } {
  const { name, shape, dtype } = spec;
  if (typeof name !== 'string') throw brokenModel(file, 'a weight has no name');
  const dims = arrayOf(shape, file).map(Number);
  const count = dims.reduce((a, b) => a * b, 1);
  if (dims.some((dim) => !Number.isInteger(dim) || dim < 0) || !Number.isSafeInteger(count)) {
    throw brokenModel(file, `the weight "${name}" has no sensible shape`);
  }
  if (dtype !== 'float32' && dtype !== 'int32' && dtype !== 'bool')
    throw unknownModel(file, `weights of type ${dtype}`);
  const stored = spec.quantization as { dtype?: unknown; scale?: unknown; min?: unknown } | undefined;
  const kind = String(stored ? stored.dtype : dtype);
  const size = { float32: 4, float16: 2, uint16: 2, uint8: 1, int32: 4, bool: 1 }[kind];
  if (!size || (dtype === 'bool' && stored)) throw unknownModel(file, `weights stored as ${kind}`);
  // Checked before anything is allocated.
  if (offset + count * size > bytes.size) {
    throw brokenModel(file, `the weight "${name}" reaches past the end of the weight files`);
  }
  const raw = bytes.read(offset, count * size);
  const common = { name, dims, bytes: count * size };
  if (dtype === 'bool')
    return { ...common, type: dtype, data: Uint8Array.from(raw, (value) => Number(value !== 0)) };
  if (kind === 'int32') return { ...common, type: dtype, data: new Int32Array(raw.buffer) };
  const data = unpack(kind, raw, count, Number(stored?.scale ?? 1), Number(stored?.min ?? 0));
  if (data.some((value) => !Number.isFinite(value)))
    throw brokenModel(file, `the weight "${name}" is no numbers`);
  if (dtype === 'int32') return { ...common, type: dtype, data: Int32Array.from(data, Math.round) };
  return { ...common, type: dtype, data };
}

function unpack(
  kind: string,
  bytes: Uint8Array<ArrayBuffer>,
  count: number,
  scale: number,
  min: number,
): Float32Array {
  if (kind === 'float32') return new Float32Array(bytes.buffer);
  if (kind === 'float16') return halvesToFloats(bytes, count);
  const wide = kind === 'uint16';
  return Float32Array.from({ length: count }, (_, index) => {
    const at = wide ? 2 * index : index;
    const value = wide ? (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) : (bytes[at] ?? 0);
    return value * scale + min;
  });
}

function arrayOf(value: unknown, file: string): unknown[] {
  if (Array.isArray(value)) return value;
  throw brokenModel(file, 'its list of weights is not as TensorFlow.js writes it');
}

function recordOf(value: unknown, file: string): Record<string, unknown> {
  if (value && typeof value === 'object') return value as Record<string, unknown>;
  throw brokenModel(file, 'its list of weights is not as TensorFlow.js writes it');
}
