import type { GraphBuilder } from '../graph/builder.ts';
import { conv, convTranspose, type Layers, sumOf } from '../graph/gradient/layers.ts';
import { type TrainingStep, trainingStep } from '../graph/gradient/training-step.ts';
import { startVector, type Weight, type Weights } from '../graph/gradient/weights.ts';
import { countOf } from '../graph/values.ts';

/** Channels of the three levels of the network, the finest first. */
const WIDTHS = [12, 24, 48] as const;
const SLOPE = 0.1;
/** PyTorch's beginning lets what goes through shrink layer by layer; so much more keeps it (He et al. 2015). */
const GAIN = Math.sqrt(6);
const HALVE = { kernel: 4, stride: 2, pad: 1 };

/**
 * A small U-Net that tells dust from picture (Ronneberger et al. 2015): x [batch, 3, height, width], -0.5..0.5, sides
 * multiples of 4, to how much speaks for dust at each pixel, [batch, 1, height, width], as a logit.
 */
export function dustFinder(b: GraphBuilder, weights: Weights, x: string): string {
  const layers: Layers = { b, weights };
  const [fine, middle, deep] = WIDTHS;
  const act = (value: string) => b.leakyRelu(value, SLOPE);
  const c = (name: string, value: string, from: number, to: number) =>
    act(conv(layers, name, value, from, to, { kernel: 3 }));
  const first = c('first.2', c('first.1', x, 3, fine), fine, fine);
  const second = c('second', act(conv(layers, 'down.1', first, fine, middle, HALVE)), middle, middle);
  const third = c('third.1', act(conv(layers, 'down.2', second, middle, deep, HALVE)), deep, deep);
  const lowest = c('third.2', third, deep, deep);
  const up = act(convTranspose(layers, 'up.2', lowest, deep, middle, HALVE));
  const joined = c('joined.2', b.concat([up, second]), 2 * middle, middle);
  const upper = act(convTranspose(layers, 'up.1', joined, middle, fine, HALVE));
  const last = c('joined.1', b.concat([upper, first]), 2 * fine, fine);
  return conv(layers, 'last', last, fine, 1, { kernel: 1, pad: 0 });
}

/**
 * A step on crops over which dust was drawn: `x` [batch, 3, side, side]; `drawn` [batch, 1, side, side], 1 where dust is;
 * `heard` of the same size, 0 where nobody knows. The loss is the cross entropy, the mean over what is heard. Keeps a
 * moving average of the weights.
 */
export function dustFinderStep(batch: number, side: number): TrainingStep {
  return trainingStep(
    'dust-finder',
    (b, weights) => {
      const dims = [batch, 1, side, side];
      const logit = dustFinder(b, weights, b.extraInput('x', [batch, 3, side, side]));
      const drawn = b.extraInput('drawn', dims);
      const heard = b.extraInput('heard', dims);
      // -log of what was told of what is there: log(1 + e^z) - z where dust is, log(1 + e^z) elsewhere.
      const missed = b.sub(b.node('Softplus', [logit]), b.mul(logit, drawn));
      return { loss: b.node('Div', [sumOf(b, b.mul(missed, heard)), sumOf(b, heard)]) };
    },
    { clip: 1, average: 0.99 },
  );
}

/** What its weights begin with. @param unit 0 up to 1, by chance */
export function dustFinderStart(layout: readonly Weight[], unit: () => number): Float32Array {
  const start = startVector(layout, unit);
  for (const { name, dims, offset } of layout) {
    if (!name.endsWith('.weight') || name === 'last.weight') continue;
    for (let at = offset; at < offset + countOf(dims); at++) start[at]! *= GAIN;
  }
  return start;
}
