import { isCancelled } from '../../contract/errors.ts';
import { brokenModel } from '../errors.ts';
import { LATENT_PORTS } from '../graph/latent-ports.ts';
import type { RunModel } from './run-model.ts';

/** What is known of a network that makes pictures of numbers. */
interface Latent {
  readonly size: number;
  readonly width: number;
  readonly height: number;
  readonly conditions?: readonly string[] | undefined;
}

/** How far a value may lie outside 0..1 before its range is another one: networks without a last curve overshoot. */
const OVERSHOOT = 1;
/** Pictures whose values are all nearer than that are the same. */
const DIFFERENT = 1e-3;
/** The same numbers give the same picture, but for the order in which threads add up. */
const SAME = 1e-4;
/** Pictures to tell a range by. */
const TRIED = 8;

/**
 * Proves a network that makes pictures of numbers: finite values in 0..1, the same of the same numbers, others of
 * others and, where it has any, of another condition.
 * @throws GessoError model/broken
 */
export async function proveLatent(
  latent: Latent,
  file: string,
  source: string,
  run: RunModel,
): Promise<void> {
  try {
    const one = await picture(latent, file, run, 1);
    const beyond = one.find((value) => value < -OVERSHOOT || value > 1 + OVERSHOOT);
    if (beyond !== undefined) throw new Error(`gave ${beyond.toPrecision(3)} where 0 to 1 is a picture`);
    if (furthest(one, await picture(latent, file, run, 1)) > SAME)
      throw new Error('makes another picture of the same numbers each time');
    if (furthest(one, await picture(latent, file, run, 2)) < DIFFERENT)
      throw new Error('makes the same picture of any numbers');
    const count = latent.conditions?.length ?? 0;
    if (count > 1 && furthest(one, await picture(latent, file, run, 1, 1)) < DIFFERENT)
      throw new Error(`makes the same picture as ${latent.conditions![0]} and as ${latent.conditions![1]}`);
  } catch (thrown) {
    if (isCancelled(thrown)) throw thrown;
    throw brokenModel(source, `the converted network does not run: ${(thrown as Error).message}`, thrown);
  }
}

/**
 * The range of a network's pictures, told by some: -1..1, 0..1 or 0..255.
 * @throws GessoError model/broken where it does not run or has none of these
 */
export async function rangeOf(
  latent: Latent,
  file: string,
  source: string,
  run: RunModel,
): Promise<{ low: number; high: number }> {
  let [low, high] = [Infinity, -Infinity];
  try {
    for (let seed = 1; seed <= TRIED; seed += 1)
      for (const value of await picture(latent, file, run, seed))
        [low, high] = [Math.min(low, value), Math.max(high, value)];
  } catch (thrown) {
    if (isCancelled(thrown)) throw thrown;
    throw brokenModel(source, `the network does not run: ${(thrown as Error).message}`, thrown);
  }
  if (low >= -2 && high <= 2) return { low: low < -0.05 ? -1 : 0, high: 1 };
  if (low >= -64 && high > 16 && high <= 320) return { low: 0, high: 255 };
  throw brokenModel(
    source,
    `its pictures have values from ${low.toPrecision(3)} to ${high.toPrecision(3)}, no range of pictures`,
  );
}

async function picture(
  { size, width, height, conditions }: Latent,
  file: string,
  run: RunModel,
  seed: number,
  condition = 0,
): Promise<Float32Array> {
  const count = conditions?.length ?? 0;
  const asked = new Float32Array(count);
  asked[condition] = 1;
  const made = await run(file, {
    [LATENT_PORTS.z]: { data: spread(size, seed), dims: [1, size] },
    ...(count > 0 && { [LATENT_PORTS.condition]: { data: asked, dims: [1, count] } }),
  });
  const { data, dims } = made[LATENT_PORTS.output] ?? { data: new Float32Array(), dims: [] };
  const wanted = `1,3,${height},${width}`;
  if (dims.join() !== wanted) throw new Error(`gave ${dims.join()}, not ${wanted}`);
  if (!data.every(Number.isFinite)) throw new Error('gave values that are no numbers');
  // Whoever runs it may use the array again.
  return Float32Array.from(data);
}

/** Numbers that are spread about as normal ones are, without a generator: only which ones is all the same. */
function spread(size: number, seed: number): Float32Array {
  return Float32Array.from({ length: size }, (_, at) => Math.SQRT2 * Math.sin(1 + seed * 12.9898 * (at + 1)));
}

function furthest(a: Float32Array, b: Float32Array): number {
  return a.reduce((most, value, at) => Math.max(most, Math.abs(value - b[at]!)), 0);
}
