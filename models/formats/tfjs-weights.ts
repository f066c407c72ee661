import path from 'node:path';
import { GessoError } from '../../contract/errors.ts';
import { brokenModel, unknownModel } from '../errors.ts';
import { floatsAt, halvesToFloats, readLimited } from './bytes.ts';

const MAX_SHARD_BYTES = 2 ** 31 - 1;
const MAX_SHARDS = 512;

export interface TfjsWeight {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/** Loads the shards that a manifest names; given so that tests need no disk. */
export type LoadShard = (name: string) => Promise<Uint8Array>;

export function shardsBeside(modelFile: string): LoadShard {
  return (name) => readLimited(path.join(path.dirname(modelFile), name), MAX_SHARD_BYTES);
}

/**
 * Reads TensorFlow.js' weights manifest: groups of files whose bytes, joined, hold the listed weights one after
 * another; quantised ones are `value * scale + min`.
 * @throws GessoError model/broken, model/unsafe (a shard outside the model's folder), model/unknown-architecture
 */
export async function readTfjsWeights(
  manifest: unknown,
  load: LoadShard,
  file: string,
): Promise<Map<string, TfjsWeight>> {
  const weights = new Map<string, TfjsWeight>();
  for (const group of arrayOf(manifest, file)) {
    const { paths, weights: specs } = group as { paths?: unknown; weights?: unknown };
    const names = arrayOf(paths, file);
    if (names.length > MAX_SHARDS) throw brokenModel(file, 'it names too many weight files');
    const shards: Uint8Array[] = [];
    for (const name of names) shards.push(await load(safeShard(name, file)));
    const bytes = shards.length === 1 ? (shards[0] as Uint8Array) : Buffer.concat(shards);
    let offset = 0;
    for (const spec of arrayOf(specs, file)) {
      const weight = readWeight(spec, bytes, offset, file);
      offset += weight.bytes;
      weights.set(weight.name, weight);
    }
    if (offset !== bytes.byteLength)
      throw brokenModel(file, `${bytes.byteLength - offset} bytes of weights are left over`);
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

function readWeight(spec: unknown, bytes: Uint8Array, offset: number, file: string) {
  const { name, shape, dtype, quantization } = spec as Record<string, unknown>;
  if (typeof name !== 'string') throw brokenModel(file, 'a weight has no name');
  const dims = arrayOf(shape, file).map(Number);
  const count = dims.reduce((a, b) => a * b, 1);
  if (dims.some((dim) => !Number.isInteger(dim) || dim < 0) || !Number.isSafeInteger(count)) {
    throw brokenModel(file, `the weight "${name}" has no sensible shape`);
  }
  if (dtype !== 'float32') throw unknownModel(file, `weights of type ${dtype}`);
  const stored = quantization as { dtype?: unknown; scale?: unknown; min?: unknown } | undefined;
  const kind = stored ? stored.dtype : 'float32';
  const size = { float32: 4, float16: 2, uint16: 2, uint8: 1 }[String(kind)];
  if (!size) throw unknownModel(file, `weights stored as ${kind}`);
  // Checked before anything is allocated.
  if (offset + count * size > bytes.byteLength) {
    throw brokenModel(file, `the weight "${name}" reaches past the end of the weight files`);
  }
  const data = unpack(
    String(kind),
    bytes,
    offset,
    count,
    Number(stored?.scale ?? 1),
    Number(stored?.min ?? 0),
  );
  if (data.some((value) => !Number.isFinite(value)))
    throw brokenModel(file, `the weight "${name}" is no numbers`);
  return { name, dims, data, bytes: count * size };
}

function unpack(kind: string, bytes: Uint8Array, offset: number, count: number, scale: number, min: number) {
  if (kind === 'float32') return floatsAt(bytes, offset, count);
  if (kind === 'float16') return halvesToFloats(bytes.subarray(offset), count);
  const wide = kind === 'uint16';
  return Float32Array.from({ length: count }, (_, index) => {
    const at = offset + (wide ? 2 * index : index);
    const value = wide ? (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) : (bytes[at] ?? 0);
    return value * scale + min;
  });
}

function arrayOf(value: unknown, file: string): unknown[] {
  if (Array.isArray(value)) return value;
  throw brokenModel(file, 'its list of weights is not as TensorFlow.js writes it');
}
