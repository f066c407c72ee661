import { open } from 'node:fs/promises';
import { GessoError } from '../../contract/errors.ts';
import { brokenModel } from '../errors.ts';

/** protobuf itself ends at 2 GiB. */
export const MAX_ONNX_BYTES = 2 ** 31 - 1;

/** Half floats to floats, IEEE 754: 1 sign, 5 exponent, 10 fraction bits, subnormals included. */
export function halfToFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

let halfTable: Float32Array | undefined;

/** @param bytes little-endian half floats @returns their values; `count` is checked by the caller */
export function halvesToFloats(bytes: Uint8Array, count: number): Float32Array {
  // 65,536 answers once are cheaper than the arithmetic for each of millions of weights.
  halfTable ??= Float32Array.from({ length: 65536 }, (_, bits) => halfToFloat(bits));
  const out = new Float32Array(count);
  for (let index = 0; index < count; index += 1) {
    out[index] = halfTable[(bytes[2 * index] ?? 0) | ((bytes[2 * index + 1] ?? 0) << 8)] ?? 0;
  }
  return out;
}

/**
 * Reads a whole file of at most `limit` bytes.
 * @throws GessoError model/missing where it is not there, model/broken where it is larger or cannot be read
 */
export async function readLimited(file: string, limit: number): Promise<Buffer> {
  let handle: Awaited<ReturnType<typeof open>>;
  try {
    handle = await open(file, 'r');
  } catch (cause) {
    throw new GessoError(
      'model/missing',
      `${file} cannot be opened.`,
      'Check that the file is there, complete with the files beside it, and that you may read it.',
      cause,
    );
  }
  try {
    const { size } = await handle.stat();
    if (size > limit) {
      throw brokenModel(file, `it has ${size} bytes, more than the ${limit} that such a file may have`);
    }
    return await handle.readFile();
  } catch (thrown) {
    if (thrown instanceof GessoError) throw thrown;
    throw brokenModel(file, 'it cannot be read', thrown);
  } finally {
    await handle.close();
  }
}
