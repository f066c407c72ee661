import * as ort from 'onnxruntime-node';
import { GraphBuilder } from '../../../models/graph/builder.ts';
import { writeOnnx } from '../../../models/graph/write.ts';

const SIDE = 1024;

/** As many multiplications as `flops` says, in matrices of 1024 x 1024. */
function bigProducts(flops: number): Uint8Array {
  const builder = new GraphBuilder('products');
  const matrix = builder.constant(new Float32Array(SIDE ** 2).fill(1 / SIDE), [SIDE, SIDE]);
  let x = 'input';
  builder.graph.inputs.push({ name: x, type: 'float32', dims: [SIDE, SIDE] });
  for (let count = Math.round(flops / (2 * SIDE ** 3)); count > 0; count -= 1) x = builder.matmul(x, matrix);
  builder.extraOutput(x, 'output', [SIDE, SIDE]);
  return writeOnnx(builder.graph);
}

/**
 * A network's run against the same multiplications in large products, the best of each, in turns.
 * @param run one run of the network @param flops of that run
 * @returns how many times as long the network takes
 */
export async function timesOfProducts(run: () => Promise<unknown>, flops: number): Promise<number> {
  const options = { intraOpNumThreads: 2, logSeverityLevel: 3 as const };
  const products = await ort.InferenceSession.create(bigProducts(flops), options);
  const input = new ort.Tensor('float32', new Float32Array(SIDE ** 2).fill(0.5), [SIDE, SIDE]);
  let [own, large] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let round = 0; round < 3; round += 1) {
    let from = performance.now();
    await run();
    own = Math.min(own, performance.now() - from);
    from = performance.now();
    await products.run({ input });
    large = Math.min(large, performance.now() - from);
  }
  await products.release();
  return own / large;
}
