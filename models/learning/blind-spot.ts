import type { GraphBuilder } from '../graph/builder.ts';
import { conv, type Layers, sumOf } from '../graph/gradient/layers.ts';
import { type TrainingStep, trainingStep } from '../graph/gradient/training-step.ts';
import type { Weights } from '../graph/gradient/weights.ts';
import { smallUnet } from './small-unet.ts';

const NETWORK = { widths: [32, 48, 64], lowest: ['third'] } as const;

/**
 * A small U-Net that tells pixels from those around them: x [batch, 3, height, width], sides multiples of 4, in which hidden pixels have been
 * replaced by the mean of their neighbours, to what they may have been without noise.
 */
export function blindSpot(b: GraphBuilder, weights: Weights, x: string): string {
  const layers: Layers = { b, weights };
  const last = smallUnet(layers, NETWORK, x);
  // What it adds to the mean of the neighbours.
  return b.add(x, conv(layers, 'last', last, NETWORK.widths[0], 3, { kernel: 1, pad: 0 }));
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
