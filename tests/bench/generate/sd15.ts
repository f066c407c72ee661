import { rmSync } from 'node:fs';
import path from 'node:path';
import * as ort from 'onnxruntime-node';
import { GraphBuilder } from '../../../models/graph/builder.ts';
import { writeOnnx } from '../../../models/graph/write.ts';
import { convertBundle } from '../../../models/library/convert-bundle.ts';
import { SD15_SHAPE, unetFlops, writeDiffusionModel } from '../../../models/testing/diffusion-model.ts';
import { command } from '../support/command.ts';
import { HOME } from '../support/engine.ts';
import type { Figures } from '../support/figures.ts';
import { MemoryWatch } from '../support/memory.ts';

/** As the engine holds a session that runs alone (main/engine/inference/worker.ts). */
const HELD = { intraOpNumThreads: 2, logSeverityLevel: 3, enableMemPattern: false } as const;

const TOKENS = 77;
const SIDE = 64;
const ROUNDS = 5;

/**
 * A model of Stable Diffusion 1.5's real shape with random weights: made on the spot, taken in by the command line, and
 * its U-Net's calls against as many products of matrices in the same run.
 */
export async function sd15(figures: Figures, folder: string): Promise<void> {
  figures.heading('A model of the shape of Stable Diffusion 1.5, random weights');
  const source = path.join(folder, 'sd15-shape');
  writeDiffusionModel(source, SD15_SHAPE, { half: true });
  const bundle = path.join(HOME, 'models/bundles/sd15-shape');
  rmSync(bundle, { recursive: true, force: true });
  const begun = performance.now();
  const watch = new MemoryWatch(process.pid);
  const outFolder = path.join(folder, 'sd15-converted');
  await convertBundle({ source, wishes: {}, outFolder, vocabulary: undefined });
  const peak = watch.stop();
  const wall = performance.now() - begun;
  rmSync(outFolder, { recursive: true, force: true });
  figures.add('converted', wall / 1000, 's', { bound: ['<=', 120] });
  figures.add('converted, peak memory (RssAnon)', peak / 1e6, 'MB', { bound: ['<=', 3000] });
  const taken = await command(['models', 'import', source, '--name', 'sd15-shape']);
  rmSync(source, { recursive: true, force: true });
  figures.add('taken in by the command line: converted, tried, hashed', taken.wall / 1000, 's');
  figures.add('the trial, peak memory (RssAnon, all processes)', taken.peak / 1e6, 'MB', {
    bound: ['<=', 8000],
  });
  await calls(figures, path.join(bundle, 'unet.onnx'));
  rmSync(bundle, { recursive: true, force: true });
}

async function calls(figures: Figures, file: string): Promise<void> {
  const unet = await ort.InferenceSession.create(file, HELD);
  const products = await ort.InferenceSession.create(matmul(2048), HELD);
  const floats = (count: number, dims: number[]) =>
    new ort.Tensor(
      'float32',
      Float32Array.from({ length: count }, (_, at) => Math.sin(at * 1.3)),
      dims,
    );
  const feeds = {
    sample: floats(4 * SIDE ** 2, [1, 4, SIDE, SIDE]),
    time: floats(1, [1]),
    text: floats(TOKENS * SD15_SHAPE.textWidth, [1, TOKENS, SD15_SHAPE.textWidth]),
  };
  const matrices = { a: floats(2048 ** 2, [2048, 2048]), b: floats(2048 ** 2, [2048, 2048]) };
  const took: { unet: number[]; product: number[]; guided: number[] } = { unet: [], product: [], guided: [] };
  const timed = async (run: () => Promise<unknown>) => {
    const begun = performance.now();
    await run();
    return performance.now() - begun;
  };
  for (let round = 0; round < ROUNDS; round += 1) {
    for (let each = 0; each < 3; each += 1) took.product.push(await timed(() => products.run(matrices)));
    took.unet.push(await timed(() => unet.run(feeds)));
    took.guided.push(
      await timed(async () => {
        await unet.run(feeds);
        await unet.run(feeds);
      }),
    );
  }
  await unet.release();
  await products.release();
  const [call, product, guided] = [took.unet, took.product, took.guided].map(median) as [
    number,
    number,
    number,
  ];
  const flops = unetFlops(SD15_SHAPE, SIDE, SIDE, TOKENS);
  const asProducts = (flops / (2 * 2048 ** 3)) * product;
  figures.add('work of one call', flops / 1e9, 'GFLOP');
  figures.add('one call of the U-Net, 64 x 64, fp32', call / 1000, 's');
  figures.add('the same work as products of 2048 x 2048', asProducts / 1000, 's');
  figures.add('call / products', call / asProducts, '', { bound: ['<=', 1.4] });
  figures.add('a guided step / call', guided / call, '', { bound: ['<=', 2.05] });
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

function matmul(side: number): Uint8Array {
  const builder = new GraphBuilder('product');
  builder.node(
    'MatMul',
    [builder.extraInput('a', [side, side]), builder.extraInput('b', [side, side])],
    {},
    'y',
  );
  builder.graph.outputs.push({ name: 'y', type: 'float32', dims: [side, side] });
  return writeOnnx(builder.graph);
}
