import { isCancelled } from '../../contract/errors.ts';
import { roundUp } from '../../contract/numbers.ts';
import { brokenModel } from '../errors.ts';
import type { RunModel, SizeRule } from './run-model.ts';
import { testPicture } from './test-picture.ts';

/** A frame between two equal ones is that frame; the networks met here stay within 0.01 of it. */
const LIKENESS = 0.05;

/**
 * Proves a converted network that makes frames between frames, by showing it the same frame twice.
 * @returns the sizes that it takes
 * @throws GessoError model/broken
 */
export async function checkFrames(file: string, source: string, run: RunModel): Promise<SizeRule> {
  let problem: unknown;
  for (const multipleOf of [1, 16, 32, 64]) {
    const [height, width] = [roundUp(41, multipleOf), roundUp(57, multipleOf)] as const;
    const data = testPicture(3, height, width);
    const dims = [1, 3, height, width];
    try {
      const timestep = { data: Float32Array.of(0.5), dims: [1, 1, 1, 1] };
      const made = (await run(file, { frame0: { data, dims }, frame1: { data, dims }, timestep })).output;
      if (made?.dims.join() !== dims.join()) throw new Error(`gave ${made?.dims.join()}, not ${dims.join()}`);
      const difference =
        made.data.reduce((sum, value, at) => sum + Math.abs(value - (data[at] ?? 0)), 0) / data.length;
      if (difference <= LIKENESS) return { multipleOf, minimum: multipleOf };
      throw new Error(`between two equal frames it makes another (mean difference ${difference.toFixed(2)})`);
    } catch (thrown) {
      if (isCancelled(thrown)) throw thrown;
      problem ??= thrown;
    }
  }
  throw brokenModel(source, `the converted network does not run: ${(problem as Error).message}`, problem);
}
