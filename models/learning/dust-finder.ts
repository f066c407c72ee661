import type { GraphBuilder } from '../graph/builder.ts';
import { conv, type Layers, sumOf } from '../graph/gradient/layers.ts';
import { type TrainingStep, trainingStep } from '../graph/gradient/training-step.ts';
import { startVector, type Weight, type Weights } from '../graph/gradient/weights.ts';
import { countOf } from '../graph/values.ts';
import { smallUnet } from './small-unet.ts';

const NETWORK = { widths: [12, 24, 48], lowest: ['third.1', 'third.2'] } as const;
/** PyTorch's beginning lets what goes through shrink layer by layer; so much more keeps it (He et al. 2015). */
const GAIN = Math.sqrt(6);

/**
 * A small U-Net that tells dust from picture: x [batch, 3, height, width], -0.5..0.5, sides
 * multiples of 4, to how much speaks for dust at each pixel, [batch, 1, height, width], as a logit.
 */
export function dustFinder(b: GraphBuilder, weights: Weights, x: string): string {
  const layers: Layers = { b, weights };
  const last = smallUnet(layers, NETWORK, x);
  return conv(layers, 'last', last, NETWORK.widths[0], 1, { kernel: 1, pad: 0 });
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
