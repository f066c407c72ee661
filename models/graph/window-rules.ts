import { stringOf } from './graph.ts';
import { UNKNOWN, type ValueContext } from './values.ts';

type Sizes = readonly number[];

/** Size rules of the operators that look at a picture through a window or change its number of pixels. */
export const WINDOW_RULES: Readonly<Record<string, (context: ValueContext) => readonly Sizes[]>> = {
  Conv(context) {
    const [out = 0, , ...kernel] = context.value(1).dims;
    return [windowed(context, out, kernel)];
  },
  AveragePool: pool,
  MaxPool: pool,
  LpPool: pool,
  GlobalAveragePool: globalPool,
  GlobalMaxPool: globalPool,
  ConvTranspose(context) {
    const [batch = 1, , ...spatial] = context.value(0).dims;
    const [, out = 0, ...kernel] = context.value(1).dims;
    const strides = context.ints('strides', []);
    const dilations = context.ints('dilations', []);
    const pads = context.ints('pads', []);
    const extra = context.ints('output_padding', []);
    const asked = context.ints('output_shape', []);
    const keeps = stringOf(context.node, 'auto_pad', 'NOTSET').startsWith('SAME');
    const sizes = spatial.map((size, axis) => {
      const stride = strides[axis] ?? 1;
      if (asked.length) return asked[asked.length - spatial.length + axis] ?? size;
      if (keeps) return size * stride;
      const reach = (dilations[axis] ?? 1) * ((kernel[axis] ?? 1) - 1) + 1;
      const cut = (pads[axis] ?? 0) + (pads[axis + spatial.length] ?? 0);
      return stride * (size - 1) + (extra[axis] ?? 0) + reach - cut;
    });
    return [[batch, out * context.int('group', 1), ...sizes]];
  },
  DepthToSpace(context) {
    const [batch = 1, channels = 1, height = 1, width = 1] = context.value(0).dims;
    const block = context.int('blocksize', 1);
    return [[batch, channels / block ** 2, height * block, width * block]];
  },
  SpaceToDepth(context) {
    const [batch = 1, channels = 1, height = 1, width = 1] = context.value(0).dims;
    const block = context.int('blocksize', 1);
    return [[batch, channels * block ** 2, height / block, width / block]];
  },
  Resize(context) {
    const { dims } = context.value(0);
    const axes = context.ints(
      'axes',
      dims.map((_, axis) => axis),
    );
    const place = (axis: number) => axes.findIndex((item) => (item < 0 ? item + dims.length : item) === axis);
    const sizes = context.has(3) ? context.data(3) : undefined;
    if (sizes?.length) return [dims.map((dim, axis) => sizes[place(axis)] ?? dim)];
    // Before operator set 11 the scales were the second input.
    const scales = context.has(2) ? context.data(2) : context.data(1);
    if (!scales.length) throw UNKNOWN;
    return [dims.map((dim, axis) => Math.floor(dim * (scales[place(axis)] ?? 1)))];
  },
  Upsample(context) {
    const scales = context.data(1);
    return [context.value(0).dims.map((dim, axis) => Math.floor(dim * (scales[axis] ?? 1)))];
  },
};

function pool(context: ValueContext): Sizes[] {
  return [windowed(context, context.value(0).dims[1] ?? 1, context.ints('kernel_shape', []))];
}

function globalPool(context: ValueContext): Sizes[] {
  return [context.value(0).dims.map((dim, axis) => (axis < 2 ? dim : 1))];
}

/** Convolution and pooling: floor((size + pads - reach) / stride) + 1. */
function windowed(context: ValueContext, channels: number, kernel: Sizes): number[] {
  const [batch = 1, , ...spatial] = context.value(0).dims;
  const strides = context.ints('strides', []);
  const dilations = context.ints('dilations', []);
  const pads = context.ints('pads', []);
  const keeps = stringOf(context.node, 'auto_pad', 'NOTSET').startsWith('SAME');
  const round = context.int('ceil_mode', 0) ? Math.ceil : Math.floor;
  const sizes = spatial.map((size, axis) => {
    const stride = strides[axis] ?? 1;
    if (keeps) return Math.ceil(size / stride);
    const reach = (dilations[axis] ?? 1) * ((kernel[axis] ?? 1) - 1) + 1;
    return round((size + (pads[axis] ?? 0) + (pads[axis + spatial.length] ?? 0) - reach) / stride) + 1;
  });
  // A window that is larger than the picture has no place in it.
  if (sizes.some((size) => size < 1)) throw UNKNOWN;
  return [batch, channels, ...sizes];
}
