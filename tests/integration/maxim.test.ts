import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import sharp from 'sharp';
import { afterAll, describe, expect, test } from 'vitest';
import { GessoError } from '../../contract/errors.ts';
import { CATALOGUE } from '../../models/catalogue/index.ts';
import { openModel } from '../../models/formats/open.ts';
import { writeModel } from '../../models/library/convert.ts';
import { fetchSource } from '../../models/library/fetch/fetch.ts';
import { largestDifference, type Tensor } from './references/tensor.ts';
import { runTfjsGraph } from './references/tfjs-graph.ts';
import { sample } from './support/gesso.ts';

/** MAXIM from its npm packages as they are, against TensorFlow.js; load and speed are in `npm run bench -- models`. */
const DOWNLOADS = path.resolve(import.meta.dirname, '../../.cache/downloads');
const MINUTES = 60_000;
const BOUND = 2 / 255;

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

const load = (file: string) => InferenceSession.create(file, { logSeverityLevel: 3 });

/** One of the seven unless GESSO_MAXIM=all: they differ in their weights, and each is 60 MB and minutes of WebAssembly. */
const entries = CATALOGUE.filter(({ format }) => format === 'tfjs-graph').slice(
  0,
  process.env.GESSO_MAXIM === 'all' ? undefined : 1,
);

describe.each(entries)('$id', ({ id, sources }) => {
  test('agrees with TensorFlow.js', { timeout: 20 * MINUTES }, async ({ skip }) => {
    const files = await fetchSource(sources[0]!, path.join(work, id), { folder: DOWNLOADS }).catch(
      (thrown) => {
        if (thrown instanceof GessoError && thrown.code === 'model/fetch-failed') skip(thrown.message);
        throw thrown;
      },
    );
    const opened = await openModel(files[0]!);
    const session = await load(await writeModel(opened, work, `${id}.onnx`));
    expect([opened.scale, opened.offset, opened.inputChannels, opened.outputChannels]).toEqual([1, 0, 3, 3]);

    // A square, and one with two blocks along one side only.
    const small = [await photograph(64, 64), await photograph(64, 128)];
    const references = await runTfjsGraph(files[0]!, small);
    let worst = 0;
    for (const [index, picture] of small.entries()) {
      worst = Math.max(worst, largestDifference(await run(session, picture), references[index]!));
    }
    process.stdout.write(`${id}: at most ${(worst * 255).toFixed(3)} of 255 from TensorFlow.js\n`);
    expect(worst).toBeLessThan(BOUND);
    await session.release();
  });
});
