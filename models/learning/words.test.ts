import * as ort from 'onnxruntime-node';
import { expect, it } from 'vitest';
import { GraphBuilder } from '../graph/builder.ts';
import { FixedWeights, startVector } from '../graph/gradient/weights.ts';
import { writeOnnx } from '../graph/write.ts';
import type { RunTensor } from '../library/run-model.ts';
import { randomFloats } from '../testing/random.ts';
import { runBytes } from '../testing/run.ts';
import { memoryOf, type WordsShape, wordsNext, wordsStep, wordsView } from './words.ts';

const BATCH = 2;
const SHAPES: WordsShape[] = [
  { model: 'lstm', symbols: 7, context: 5, width: 6, layers: 1 },
  { model: 'transformer', symbols: 7, context: 5, width: 48, layers: 2 },
];

it.each(SHAPES)('a $model foresees the same symbol by symbol as over the whole window', async (shape) => {
  const { layout } = wordsStep(shape, BATCH);
  const noise = randomFloats(100_003, 3, 0, 1);
  let drawn = 0;
  const vector = startVector(layout, () => noise[drawn++ % noise.length]!);
  const weightsOf = (b: GraphBuilder) => new FixedWeights(b, layout, vector);
  const ids = Float32Array.from(
    { length: BATCH * shape.context },
    (_, at) => (3 * at + (at >> 2)) % shape.symbols,
  );
  const whole = new GraphBuilder('whole');
  const view = writeOnnx(wordsView(whole, weightsOf(whole), shape, BATCH));
  const { logs } = await runBytes(ort, view, { ids: { data: ids, dims: [BATCH, shape.context] } });
  const single = new GraphBuilder('single');
  const next = writeOnnx(wordsNext(single, weightsOf(single), shape, BATCH));
  let memory: Record<string, RunTensor> = Object.fromEntries(
    Object.entries(memoryOf(shape, BATCH)).map(([name, dims]) => [
      name,
      { data: new Float32Array(dims.reduce((a, c) => a * c, 1)), dims },
    ]),
  );
  for (let at = 0; at < shape.context; at += 1) {
    const place = Float32Array.from({ length: shape.context }, (_, place) => (place === at ? 1 : 0));
    const hidden = Float32Array.from({ length: shape.context }, (_, place) => (place > at ? -1e9 : 0));
    const id = Float32Array.from({ length: BATCH }, (_, row) => ids[row * shape.context + at]!);
    const made = await runBytes(ort, next, {
      id: { data: id, dims: [BATCH] },
      ...memory,
      ...(shape.model === 'transformer' && {
        at: { data: place, dims: [shape.context] },
        hidden: { data: hidden, dims: [shape.context] },
      }),
    });
    memory = Object.fromEntries(Object.keys(memory).map((name) => [name, made[`${name}_next`]!]));
    for (let row = 0; row < BATCH; row += 1)
      for (let symbol = 0; symbol < shape.symbols; symbol += 1)
        expect(Number(made.logs!.data[row * shape.symbols + symbol])).toBeCloseTo(
          Number(logs!.data[(row * shape.context + at) * shape.symbols + symbol]),
          4,
        );
  }
});
