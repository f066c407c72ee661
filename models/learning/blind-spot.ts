import type { GraphBuilder } from '../graph/builder.ts';
import { conv, convTranspose, type Layers, sumOf } from '../graph/gradient/layers.ts';
import { type TrainingStep, trainingStep } from '../graph/gradient/training-step.ts';
import type { Weights } from '../graph/gradient/weights.ts';

/** Channels of the three levels of the network, the finest first. */
const WIDTHS = [32, 48, 64] as const;
const SLOPE = 0.1;
const HALVE = { kernel: 4, stride: 2, pad: 1 };

/**
 * A small U-Net that tells pixels from those around them: x [batch, 3, height, width], sides multiples of 4, in which hidden pixels have been
 * replaced by the mean of their neighbours, to what they may have been without noise.
 */
export function blindSpot(b: GraphBuilder, weights: Weights, x: string): string {
  const layers: Layers = { b, weights };
  const [fine, middle, deep] = WIDTHS;
  const act = (value: string) => b.leakyRelu(value, SLOPE);
  const c = (name: string, value: string, from: number, to: number) =>
    act(conv(layers, name, value, from, to, { kernel: 3 }));
  const first = c('first.2', c('first.1', x, 3, fine), fine, fine);
  const down = act(conv(layers, 'down.1', first, fine, middle, HALVE));
  const second = c('second', down, middle, middle);
  const lowest = act(conv(layers, 'down.2', second, middle, deep, HALVE));
  const third = c('third', lowest, deep, deep);
  const up = act(convTranspose(layers, 'up.2', third, deep, middle, HALVE));
  const joined = c('joined.2', b.concat([up, second]), 2 * middle, middle);
  const upper = act(convTranspose(layers, 'up.1', joined, middle, fine, HALVE));
  const last = c('joined.1', b.concat([upper, first]), 2 * fine, fine);
  // What it adds to the mean of the neighbours.
  return b.add(x, conv(layers, 'last', last, fine, 3, { kernel: 1, pad: 0 }));
}

/**
 * A step on crops with hidden pixels (Krull et al. 2019, Noise2Void; Batson and Royer 2019, Noise2Self): noise that is
 * its own at every pixel cannot be told from the pixels around, so that what is told is the picture.
 * Inputs `x` (hidden pixels replaced), `noisy` (as it is), both [batch, 3, side, side], and `hidden` [batch, 1, side,
 * side], 1 where a pixel is hidden. The loss is the mean square over hidden pixels.
 */
export function blindSpotStep(batch: number, side: number): TrainingStep {
  return trainingStep(
    'blind-spot',
    (b, weights) => {
      const dims = [batch, 3, side, side];
      const x = b.extraInput('x', dims);
      const noisy = b.extraInput('noisy', dims);
      const hidden = b.extraInput('hidden', [batch, 1, side, side]);
      const missed = b.mul(b.sub(blindSpot(b, weights, x), noisy), hidden);
      const count = b.scale(sumOf(b, hidden), 3);
      return { loss: b.node('Div', [sumOf(b, b.mul(missed, missed)), count]) };
    },
    { clip: 1 },
  );
}
