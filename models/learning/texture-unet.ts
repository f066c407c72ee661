import type { GraphBuilder } from '../graph/builder.ts';
import { attention, conv, groupNorm, type Layers, linear, meanSquare } from '../graph/gradient/layers.ts';
import { type TrainingStep, trainingStep } from '../graph/gradient/training-step.ts';
import type { Weights } from '../graph/gradient/weights.ts';

/** Shape of a small diffusion network of square pictures (Ho et al. 2020). */
export interface TextureShape {
  /** Pixels of a side: a multiple of 8. */
  readonly size: number;
  /** Channels of the three levels, the finest first; multiples of 8. */
  readonly widths: readonly [number, number, number];
}

/** Numbers that a step of noise is told by: sines and cosines. */
export const TIME = 64;
const TOLD = 128;
const GROUPS = 8;

/**
 * A U-Net: x [batch, 3, size, size], noisy, -1..1, and `time` [batch, TIME] (`timeOf`) to what it foretells, of the size
 * of x (v of Salimans and Ho 2022).
 */
export function textureUnet(
  b: GraphBuilder,
  weights: Weights,
  { size, widths }: TextureShape,
  x: string,
  time: string,
  batch: number,
): string {
  const layers: Layers = { b, weights };
  const told = b.swish(
    linear(layers, 'time.2', b.swish(linear(layers, 'time.1', time, TIME, TOLD)), TOLD, TOLD),
  );
  const [fine, middle, deep] = widths;
  const block = (name: string, value: string, from: number, to: number, side: number) => {
    const first = b.swish(groupNorm(layers, `${name}.norm1`, value, [batch, from, side, side], GROUPS));
    const shift = b.reshape(linear(layers, `${name}.time`, told, TOLD, to), [batch, to, 1, 1]);
    const seen = b.add(conv(layers, `${name}.conv1`, first, from, to, { kernel: 3 }), shift);
    const second = b.swish(groupNorm(layers, `${name}.norm2`, seen, [batch, to, side, side], GROUPS));
    const made = conv(layers, `${name}.conv2`, second, to, to, { kernel: 3 });
    return b.add(
      made,
      from === to ? value : conv(layers, `${name}.past`, value, from, to, { kernel: 1, pad: 0 }),
    );
  };
  const down = (name: string, value: string, from: number, to: number) =>
    conv(layers, name, value, from, to, { kernel: 4, stride: 2, pad: 1 });
  const up = (name: string, value: string, from: number, to: number) => {
    const larger = b.resize(value, 2, 2, { mode: 'nearest', coordinates: 'asymmetric' });
    return conv(layers, name, larger, from, to, { kernel: 3 });
  };
  const half = size / 2;
  const quarter = size / 4;
  const skip1 = block('down.1', conv(layers, 'first', x, 3, fine, { kernel: 3 }), fine, fine, size);
  const skip2 = block('down.2', down('halve.1', skip1, fine, middle), middle, middle, half);
  let lowest = block('down.3', down('halve.2', skip2, middle, deep), deep, deep, quarter);
  lowest = block('middle', mixed(lowest), deep, deep, quarter);
  const upper = block(
    'up.2',
    b.concat([up('double.2', lowest, deep, middle), skip2]),
    2 * middle,
    middle,
    half,
  );
  const top = block('up.1', b.concat([up('double.1', upper, middle, fine), skip1]), 2 * fine, fine, size);
  const last = b.swish(groupNorm(layers, 'last.norm', top, [batch, fine, size, size], GROUPS));
  return conv(layers, 'last', last, fine, 3, { kernel: 3 });

  /** Each place of the lowest level hears of all others. */
  function mixed(value: string): string {
    const places = quarter * quarter;
    const normal = groupNorm(layers, 'mix.norm', value, [batch, deep, quarter, quarter], GROUPS);
    const rows = b.transpose(b.reshape(normal, [batch, deep, places]), [0, 2, 1]);
    const heard = attention(layers, { qkv: 'mix.qkv', out: 'mix.out' }, rows, [batch, places, deep], 4, {
      isCausal: false,
    });
    return b.add(value, b.reshape(b.transpose(heard, [0, 2, 1]), [batch, deep, quarter, quarter]));
  }
}

/** A step of noise as the network hears it (Vaswani et al. 2017): `into[offset...]` gets TIME numbers. */
export function putTime(time: number, into: Float32Array, offset: number): void {
  for (let at = 0; at < TIME / 2; at += 1) {
    const angle = time * Math.exp((-Math.log(10_000) * at) / (TIME / 2 - 1));
    into[offset + at] = Math.sin(angle);
    into[offset + TIME / 2 + at] = Math.cos(angle);
  }
}

/**
 * A step on `x` [batch, 3, size, size] with `time`, against `wanted` of the size of x. Keeps a moving average of the
 * weights, which is what pictures are made with.
 */
export function textureStep(shape: TextureShape, batch: number): TrainingStep {
  return trainingStep(
    'texture',
    (b, weights) => {
      const dims = [batch, 3, shape.size, shape.size];
      const x = b.extraInput('x', dims);
      const time = b.extraInput('time', [batch, TIME]);
      const wanted = b.extraInput('wanted', dims);
      return { loss: meanSquare(b, textureUnet(b, weights, shape, x, time, batch), wanted) };
    },
    { clip: 1, average: 0.995 },
  );
}
