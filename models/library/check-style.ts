import { isCancelled } from '../../contract/errors.ts';
import { brokenModel } from '../errors.ts';
import { STYLE_PORTS } from '../formats/onnx-style.ts';
import type { Graph } from '../graph/graph.ts';
import type { RunModel, SizeRule } from './run-model.ts';
import { testPicture } from './test-picture.ts';

/** Numbers further apart than this are of two styles. */
const DIFFERENT = 1e-3;

/**
 * Proves a network that reads styles: two pictures have two of them.
 * @returns the size of pictures that it takes
 * @throws GessoError model/broken
 */
export async function checkReader(
  model: { readonly graph: Graph; readonly style: { readonly values: number } },
  file: string,
  source: string,
  run: RunModel,
): Promise<SizeRule> {
  const side = Number(model.graph.inputs[0]?.dims[2]);
  if (!(side > 0) || Number(model.graph.inputs[0]?.dims[3]) !== side)
    throw brokenModel(source, 'it reads no square pictures of one size');
  await proveReader(model.style.values, side, file, source, run);
  return { multipleOf: side, minimum: side };
}

/** @throws GessoError model/broken where it does not run or sees no difference between two pictures */
export async function proveReader(
  values: number,
  side: number,
  file: string,
  source: string,
  run: RunModel,
): Promise<void> {
  const picture = testPicture(3, side, side);
  try {
    const [one, other] = [
      await read(picture),
      await read(picture.map((value, at) => 1 - value * ((at % 7) / 7))),
    ];
    if (one.some((value) => !Number.isFinite(value))) throw new Error('gave values that are no numbers');
    if (one.every((value, at) => Math.abs(value - (other[at] ?? 0)) < DIFFERENT))
      throw new Error('reads the same style in two pictures');
  } catch (thrown) {
    if (isCancelled(thrown)) throw thrown;
    throw brokenModel(source, `the converted network does not run: ${(thrown as Error).message}`, thrown);
  }

  async function read(data: Float32Array): Promise<Float32Array> {
    const made = await run(file, { [STYLE_PORTS.picture]: { data, dims: [1, 3, side, side] } });
    const style = made[STYLE_PORTS.output];
    if (style?.dims.join() !== `${values}`) throw new Error(`gave ${style?.dims.join()}, not ${values}`);
    return style.data;
  }
}
