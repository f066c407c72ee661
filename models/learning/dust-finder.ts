import type { GraphBuilder } from '../graph/builder.ts';
import { crossEntropy, linear } from '../graph/gradient/layers.ts';
import { type TrainingStep, trainingStep } from '../graph/gradient/training-step.ts';
import type { Weights } from '../graph/gradient/weights.ts';

/** Numbers of the inner layers. */
const WIDTH = 48;
const SLOPE = 0.1;
/** Of ONNX's data types. */
const INT64 = 7;

/** What was measured of regions, [rows, measured], to what speaks against dust and for it, [rows, 2]. */
export function dustFinder(b: GraphBuilder, weights: Weights, x: string, measured: number): string {
  const layers = { b, weights };
  let inner = b.leakyRelu(linear(layers, 'first', x, measured, WIDTH), SLOPE);
  inner = b.leakyRelu(linear(layers, 'second', inner, WIDTH, WIDTH), SLOPE);
  return linear(layers, 'last', inner, WIDTH, 2);
}

/** A step on regions: `x` [rows, measured]; `drawn` [rows], 1 where dust was drawn. The loss is the cross entropy. */
export function dustFinderStep(rows: number, measured: number): TrainingStep {
  return trainingStep(
    'dust-finder',
    (b, weights) => {
      const x = b.extraInput('x', [rows, measured]);
      const drawn = b.node('Cast', [b.extraInput('drawn', [rows])], { to: { int: INT64 } });
      return { loss: crossEntropy(b, dustFinder(b, weights, x, measured), drawn, rows) };
    },
    { clip: 1 },
  );
}
