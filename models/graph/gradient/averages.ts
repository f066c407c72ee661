import { countOf } from '../values.ts';
import type { Backward } from './backward.ts';

/** The gradient of an average over windows: every pixel of a window gets its share. */
export function averages(step: Backward): string {
  const { b } = step;
  const kernel = step.ints('kernel_shape', []);
  const ones = kernel.map(() => 1);
  const strides = step.ints('strides', ones);
  const pads = step.ints('pads', [...kernel, ...kernel].fill(0));
  if (step.string('auto_pad', 'NOTSET') !== 'NOTSET' || step.int('ceil_mode', 0))
    throw new Error('AveragePool learns with pads that are given, and rounds down');
  const [batch = 1, channels = 1, ...sizes] = step.dims(0);
  const made = step.outputDims().slice(2);
  const shares = step.int('count_include_pad', 0) || pads.every((pad) => pad === 0);
  const taps = countOf(kernel);
  let share = b.scale(step.gradient, shares ? 1 / taps : 1);
  // At the border a window has fewer pixels, and each of them more of it.
  if (!shares)
    share = b.mul(share, b.constant(inverseCounts(sizes, made, kernel, strides, pads), [1, 1, ...made]));
  const extra = kernel.map((size, axis) => {
    const cut = (pads[axis] ?? 0) + (pads[axis + kernel.length] ?? 0);
    return (sizes[axis] ?? 1) - (((made[axis] ?? 1) - 1) * (strides[axis] ?? 1) + size - cut);
  });
  // Channels are pictures of their own to a kernel of ones.
  const spread = b.node(
    'ConvTranspose',
    [
      b.reshape(share, [batch * channels, 1, ...made]),
      b.constant(new Float32Array(taps).fill(1), [1, 1, ...kernel]),
    ],
    {
      kernel_shape: { ints: kernel },
      strides: { ints: strides },
      dilations: { ints: ones },
      pads: { ints: pads },
      output_padding: { ints: extra },
    },
  );
  return b.reshape(spread, step.dims(0));
}

type Sizes = readonly number[];

function inverseCounts(sizes: Sizes, made: Sizes, kernel: Sizes, strides: Sizes, pads: Sizes): Float32Array {
  const along = made.map((count, axis) =>
    Array.from({ length: count }, (_, at) => {
      const from = at * (strides[axis] ?? 1) - (pads[axis] ?? 0);
      return Math.min(sizes[axis] ?? 1, from + (kernel[axis] ?? 1)) - Math.max(0, from);
    }),
  );
  return Float32Array.from(
    along.reduce((counts, own) => counts.flatMap((before) => own.map((count) => before * count)), [1]),
    (count) => 1 / count,
  );
}
