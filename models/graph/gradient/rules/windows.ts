import type { GraphBuilder } from '../../builder.ts';
import type { Attribute } from '../../graph.ts';
import { countOf } from '../../values.ts';
import { averages } from '../averages.ts';
import type { Backward, Dims, GradientRules } from '../backward.ts';
import { resizeMatrix } from '../resize-matrix.ts';
import { mapAxis, scatterAdd, sum, turned } from '../shaping.ts';

/** How a window moves; lists of one number an axis, pads first before and then behind. */
interface Window {
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly pads: readonly number[];
  readonly groups: number;
}

function windowOf(step: Backward, kernel: Dims): Window {
  const ones = kernel.map(() => 1);
  const strides = step.ints('strides', ones);
  const dilations = step.ints('dilations', ones);
  const pads = step.ints('pads', [...kernel, ...kernel].fill(0));
  const groups = step.int('group', 1);
  const auto = step.string('auto_pad', 'NOTSET');
  if (auto === 'NOTSET') return { strides, dilations, pads, groups };
  if (auto === 'VALID') return { strides, dilations, pads: pads.map(() => 0), groups };
  const sizes = step.dims(0).slice(2);
  const missing = kernel.map((taps, axis) => {
    const [size = 1, stride = 1, dilation = 1] = [sizes[axis], strides[axis], dilations[axis]];
    return Math.max(0, (Math.ceil(size / stride) - 1) * stride + dilation * (taps - 1) + 1 - size);
  });
  const less = missing.map((pixels) => Math.floor(pixels / 2));
  const more = missing.map((pixels, axis) => pixels - (less[axis] ?? 0));
  return {
    strides,
    dilations,
    pads: auto === 'SAME_LOWER' ? [...more, ...less] : [...less, ...more],
    groups,
  };
}

const attributesOf = ({ strides, dilations, pads, groups }: Window, kernel: Dims) =>
  ({
    kernel_shape: { ints: kernel },
    strides: { ints: strides },
    dilations: { ints: dilations },
    pads: { ints: pads },
    group: { int: groups },
  }) satisfies Record<string, Attribute>;

/** Spreads a convolution's output over its input again, which has `sizes` pixels. */
function spread(
  b: GraphBuilder,
  y: string,
  weight: string,
  kernel: Dims,
  window: Window,
  from: Dims,
  to: Dims,
) {
  const axes = kernel.map((_, axis) => axis);
  const reached = axes.map((axis) => {
    const [stride = 1, dilation = 1] = [window.strides[axis], window.dilations[axis]];
    const pads = (window.pads[axis] ?? 0) + (window.pads[axis + kernel.length] ?? 0);
    return ((from[axis] ?? 1) - 1) * stride + dilation * ((kernel[axis] ?? 1) - 1) + 1 - pads;
  });
  // Pixels at the end that no window came to.
  const extra = axes.map((axis) => (to[axis] ?? 1) - (reached[axis] ?? 1));
  return b.node('ConvTranspose', [y, weight], {
    ...attributesOf(window, kernel),
    output_padding: { ints: extra },
  });
}

/**
 * The gradient of a convolution's weights. Over the batch as channels it is a convolution itself: the input's pixels
 * under a kernel that is the output's gradient, whose taps lie a stride apart.
 * @param x [batch, in, ...]; y: [batch, out, ...], the gradient @returns [out, in / groups, ...kernel]
 */
function weightGradient(
  b: GraphBuilder,
  x: string,
  xDims: Dims,
  y: string,
  yDims: Dims,
  kernel: Dims,
  window: Window,
): string {
  const { strides, dilations, pads, groups } = window;
  const [batch = 1, channels = 1, ...sizes] = xDims;
  const spatial = kernel.map((_, axis) => axis);
  const inner = channels / groups;
  const axes = spatial.map((axis) => axis + 2);
  // [in / groups, groups * batch, ...]: every group of channels sees its own.
  const grouped =
    groups === 1
      ? b.transpose(x, [1, 0, ...axes])
      : b.reshape(
          b.transpose(b.reshape(x, [batch, groups, inner, ...sizes]), [
            2,
            1,
            0,
            ...axes.map((axis) => axis + 1),
          ]),
          [inner, groups * batch, ...sizes],
        );
  const taps = b.transpose(y, [1, 0, ...axes]);
  const made = b.node('Conv', [grouped, taps], {
    ...attributesOf({ strides: dilations, dilations: strides, pads, groups }, yDims.slice(2)),
  });
  // Pixels that no window came to would be more taps.
  const turnedBack = b.transpose(made, [1, 0, ...axes]);
  const reached = spatial.map((axis) => {
    const padded = (sizes[axis] ?? 1) + (pads[axis] ?? 0) + (pads[axis + kernel.length] ?? 0);
    const reach = (strides[axis] ?? 1) * ((yDims[axis + 2] ?? 1) - 1) + 1;
    return Math.floor((padded - reach) / (dilations[axis] ?? 1)) + 1;
  });
  if (reached.every((size, axis) => size === kernel[axis])) return turnedBack;
  return b.node('Slice', [turnedBack, b.ints(kernel.map(() => 0)), b.ints(kernel), b.ints(axes)]);
}

/** Over all but the channels. */
const biasGradient = ({ b, gradient, outputDims }: Backward) =>
  sum(
    b,
    gradient,
    [
      0,
      ...outputDims()
        .slice(2)
        .map((_, axis) => axis + 2),
    ],
    true,
  );

export const WINDOWS: GradientRules = {
  Conv: (step) => {
    const { b, gradient } = step;
    const kernel = step.dims(1).slice(2);
    const window = windowOf(step, kernel);
    return [
      () =>
        spread(b, gradient, step.input(1), kernel, window, step.outputDims().slice(2), step.dims(0).slice(2)),
      () => weightGradient(b, step.input(0), step.dims(0), gradient, step.outputDims(), kernel, window),
      () => biasGradient(step),
    ];
  },
  ConvTranspose: (step) => {
    const { b, gradient } = step;
    const kernel = step.dims(1).slice(2);
    if (step.string('auto_pad', 'NOTSET') !== 'NOTSET' || step.ints('output_shape', []).length)
      throw new Error('ConvTranspose learns with pads that are given');
    const window = windowOf(step, kernel);
    return [
      () => {
        const made = b.node('Conv', [gradient, step.input(1)], attributesOf(window, kernel));
        return made;
      },
      // The two have changed places: what is spread is the gradient's output.
      () => weightGradient(b, gradient, step.outputDims(), step.input(0), step.dims(0), kernel, window),
      () => biasGradient(step),
    ];
  },
  AveragePool: (step) => [() => averages(step)],
  GlobalAveragePool: ({ b, gradient, dims }) => [
    () => b.expand(b.scale(gradient, 1 / countOf(dims(0).slice(2))), dims(0)),
  ],
  // The places of the greatest, counted over the whole tensor.
  MaxPool: (step) => [
    () => {
      const { b, node, gradient } = step;
      const [kept, places] = [`${step.output}_again`, `${step.output}_places`];
      b.graph.nodes.push({ ...node, name: `n_${places}`, inputs: [step.input(0)], outputs: [kept, places] });
      const count = countOf(step.outputDims());
      const flat = scatterAdd(
        b,
        [countOf(step.dims(0))],
        b.reshape(places, [count]),
        b.reshape(gradient, [count]),
        0,
      );
      return b.reshape(flat, step.dims(0));
    },
  ],
  // Enlarging is linear and goes axis by axis: back by the same matrices, turned round.
  Resize: (step) => [
    () => {
      const { b } = step;
      const [from, to] = [step.dims(0), [...step.outputDims()]];
      let { gradient } = step;
      from.forEach((size, axis) => {
        const made = to[axis] ?? size;
        if (made === size) return;
        const factor = made / size;
        if (step.string('mode', 'nearest') === 'nearest' && Number.isInteger(factor) && plainCopies(step)) {
          const split = [...to.slice(0, axis), size, factor, ...to.slice(axis + 1)];
          gradient = sum(b, b.reshape(gradient, split), [axis + 1], true);
        } else {
          const matrix = resizeMatrix(step, axis, size, made);
          gradient = mapAxis(b, gradient, to, axis, turned(matrix, made, size), size);
        }
        to[axis] = size;
      });
      return gradient;
    },
  ],
  DepthToSpace: ({ b, gradient, int, string, outputDims, dims }) => [
    () => {
      const block = int('blocksize', 1);
      if (string('mode', 'DCR') === 'DCR')
        return b.node('SpaceToDepth', [gradient], { blocksize: { int: block } });
      const [batch = 1, channels = 1, height = 1, width = 1] = outputDims();
      const split = [batch, channels, height / block, block, width / block, block];
      return b.reshape(b.transpose(b.reshape(gradient, split), [0, 1, 3, 5, 2, 4]), dims(0));
    },
  ],
  SpaceToDepth: ({ b, gradient, int }) => [() => b.depthToSpace(gradient, int('blocksize', 1), 'DCR')],
};

/** Whether every pixel becomes a block of its own copies, which holds for whole factors in these two ways of rounding. */
function plainCopies(step: Backward): boolean {
  const coordinates = step.string('coordinate_transformation_mode', 'half_pixel');
  const rounding = step.string('nearest_mode', 'round_prefer_floor');
  return coordinates === 'asymmetric'
    ? rounding === 'floor'
    : coordinates === 'half_pixel' && rounding === 'round_prefer_floor';
}
