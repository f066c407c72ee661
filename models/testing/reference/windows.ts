import { stringOf } from '../../graph/graph.ts';
import { countOf, type ValueContext } from '../../graph/values.ts';
import { doubles, type Kernel, refuse } from './kernel.ts';

/** One axis of pixels seen through a window: tap `t` at place `p` is pixel p * stride + t * dilation - before. */
interface Axis {
  readonly size: number;
  readonly out: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly before: number;
  readonly after: number;
}

export const WINDOWS: Readonly<Record<string, Kernel>> = {
  Conv: (context, target) => {
    const [weight, bias] = [context.data(1), context.has(2) ? context.data(2) : undefined];
    const [channels = 0, depth = 0] = context.value(1).dims;
    const axes = axesOf(context, target.sizes[0]!, context.value(1).dims.slice(2));
    const data = context.data(0);
    const [batch = 1, given = 0] = context.value(0).dims;
    const [taps, pixels] = [tapsOf(axes), axes[0].size * axes[1].size];
    const kernel = axes[0].kernel * axes[1].kernel;
    const places = axes[0].out * axes[1].out;
    const perGroup = channels / context.int('group', 1);
    const result = doubles(target);
    for (let at = 0; at < batch * channels; at += 1) {
      const channel = at % channels;
      const first = Math.floor(at / channels) * given + Math.floor(channel / perGroup) * depth;
      if (bias) result.fill(bias[channel]!, at * places, (at + 1) * places);
      for (const { place, pixel, tap } of taps) {
        for (let from = 0; from < depth; from += 1) {
          const factor = weight[(channel * depth + from) * kernel + tap]!;
          result[at * places + place]! += factor * data[(first + from) * pixels + pixel]!;
        }
      }
    }
    return [result];
  },
  // The same taps walked the other way: every pixel given is spread over the places that its window covers.
  ConvTranspose: (context, target) => {
    refuse(context, 'output_shape');
    if (stringOf(context.node, 'auto_pad', 'NOTSET') !== 'NOTSET') refuse(context, 'auto_pad');
    const [weight, bias] = [context.data(1), context.has(2) ? context.data(2) : undefined];
    const [given = 0, perGroup = 0, ...kernelDims] = context.value(1).dims;
    const [batch = 1, , ...spatial] = context.value(0).dims;
    const [, channels = 0, ...grown] = target.sizes[0]!;
    const axes = axesOf(context, [batch, given, ...spatial], kernelDims, grown);
    const data = context.data(0);
    const [taps, pixels] = [tapsOf(axes), axes[0].size * axes[1].size];
    const kernel = axes[0].kernel * axes[1].kernel;
    const places = axes[0].out * axes[1].out;
    const depth = given / context.int('group', 1);
    const result = doubles(target);
    for (let at = 0; at < batch * channels; at += 1) {
      const channel = at % channels;
      const group = Math.floor(channel / perGroup);
      if (bias) result.fill(bias[channel]!, at * pixels, (at + 1) * pixels);
      for (const { place, pixel, tap } of taps) {
        for (let from = group * depth; from < (group + 1) * depth; from += 1) {
          const factor = weight[(from * perGroup + (channel % perGroup)) * kernel + tap]!;
          const source = (Math.floor(at / channels) * given + from) * places + place;
          result[at * pixels + pixel]! += factor * data[source]!;
        }
      }
    }
    return [result];
  },
  AveragePool: (context, target) => {
    const axes = axesOf(context, target.sizes[0]!, context.ints('kernel_shape', []));
    const places = axes[0].out * axes[1].out;
    const counts = new Float64Array(places).fill(0);
    for (const { place } of tapsOf(axes)) counts[place]! += 1;
    if (context.int('count_include_pad', 0)) counts.fill(axes[0].kernel * axes[1].kernel);
    const result = pooled(context, axes, 0, (a, b) => a + b);
    return [result.map((sum, at) => sum / counts[at % places]!)];
  },
  MaxPool: (context, target) => {
    const axes = axesOf(context, target.sizes[0]!, context.ints('kernel_shape', []));
    const greatest = pooled(context, axes, Number.NEGATIVE_INFINITY, Math.max);
    return [greatest, placesOf(context, axes, greatest)].slice(0, context.node.outputs.length);
  },
  GlobalAveragePool: (context, target) => {
    const [batch = 1, channels = 1, ...spatial] = context.value(0).dims;
    const pixels = countOf(spatial);
    const data = context.data(0);
    const result = doubles(target);
    for (let at = 0; at < batch * channels * pixels; at += 1) {
      result[Math.floor(at / pixels)]! += data[at]! / pixels;
    }
    return [result];
  },
};

function pooled(
  context: ValueContext,
  axes: readonly [Axis, Axis],
  start: number,
  act: (a: number, b: number) => number,
): Float64Array {
  const [batch = 1, channels = 1] = context.value(0).dims;
  const [taps, pixels, places] = [tapsOf(axes), axes[0].size * axes[1].size, axes[0].out * axes[1].out];
  const data = context.data(0);
  const result = new Float64Array(batch * channels * places).fill(start);
  for (let plane = 0; plane < batch * channels; plane += 1) {
    for (const { place, pixel } of taps) {
      const at = plane * places + place;
      result[at] = act(result[at]!, data[plane * pixels + pixel]!);
    }
  }
  return result;
}

/** The first pixel of each window that is the greatest, counted over the whole tensor. */
function placesOf(context: ValueContext, axes: readonly [Axis, Axis], greatest: Float64Array): Float64Array {
  const [taps, pixels, places] = [tapsOf(axes), axes[0].size * axes[1].size, axes[0].out * axes[1].out];
  const data = context.data(0);
  const found = new Float64Array(greatest.length).fill(Number.POSITIVE_INFINITY);
  for (let plane = 0; plane < greatest.length / places; plane += 1) {
    for (const { place, pixel } of taps) {
      const [at, from] = [plane * places + place, plane * pixels + pixel];
      if (data[from] === greatest[at]) found[at] = Math.min(found[at]!, from);
    }
  }
  return found;
}

/**
 * Height and width of a window operator; a list of samples is a picture of one row.
 * @param small sizes of the tensor whose places the window stands at @param large of the one that it looks at
 */
function axesOf(
  context: ValueContext,
  small: readonly number[],
  kernel: readonly number[],
  large: readonly number[] = context.value(0).dims.slice(2),
): readonly [Axis, Axis] {
  if (context.int('ceil_mode', 0)) refuse(context, 'ceil_mode');
  const rank = large.length;
  const pads = context.ints('pads', []);
  const mode = stringOf(context.node, 'auto_pad', 'NOTSET');
  const axes = large.map((size, axis): Axis => {
    const stride = context.ints('strides', [])[axis] ?? 1;
    const dilation = context.ints('dilations', [])[axis] ?? 1;
    const [out, taps] = [small[axis + 2]!, kernel[axis]!];
    let [before, after] = [pads[axis] ?? 0, pads[axis + rank] ?? 0];
    if (mode.startsWith('SAME')) {
      const total = Math.max(0, (out - 1) * stride + (taps - 1) * dilation + 1 - size);
      before = mode === 'SAME_UPPER' ? Math.floor(total / 2) : Math.ceil(total / 2);
      after = total - before;
    }
    return { size, out, kernel: taps, stride, dilation, before, after };
  });
  const row: Axis = { size: 1, out: 1, kernel: 1, stride: 1, dilation: 1, before: 0, after: 0 };
  const [height, width] = rank === 1 ? [row, axes[0]] : axes;
  if (!height || !width || rank > 2)
    throw new Error(`The reference of windows is for pictures, not ${rank} axes`);
  return [height, width];
}

/** Every meeting of a window's tap with a pixel, by their indices in a plane; taps in the padding meet none. */
function tapsOf([height, width]: readonly [Axis, Axis]): { place: number; pixel: number; tap: number }[] {
  const taps: { place: number; pixel: number; tap: number }[] = [];
  for (const [down, y, row] of meetings(height)) {
    for (const [across, x, column] of meetings(width)) {
      taps.push({
        place: down * width.out + across,
        pixel: y * width.size + x,
        tap: row * width.kernel + column,
      });
    }
  }
  return taps;
}

function meetings({ size, out, kernel, stride, dilation, before }: Axis): [number, number, number][] {
  const found: [number, number, number][] = [];
  for (let place = 0; place < out; place += 1) {
    for (let tap = 0; tap < kernel; tap += 1) {
      const pixel = place * stride + tap * dilation - before;
      if (pixel >= 0 && pixel < size) found.push([place, pixel, tap]);
    }
  }
  return found;
}
