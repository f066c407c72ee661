import { stringOf } from '../../graph/graph.ts';
import { type Numbers, type ValueContext, wrapAxis } from '../../graph/values.ts';
import { along, type Kernel, refuse } from './kernel.ts';

/** Which elements of the old axis an element of the new one is made of, and how much of each. */
type Blend = readonly (readonly [from: number, share: number])[];

/** Every axis on its own, one after the other: both modes are products of their axes. */
export const RESIZE: Readonly<Record<string, Kernel>> = {
  Resize: (context, { sizes }) => {
    refuse(context, 'antialias', 'exclude_outside', 'extrapolation_value', 'keep_aspect_ratio_policy');
    const { dims } = context.value(0);
    const out = sizes[0]!;
    const asked = context.ints('axes', [...dims.keys()]).map((axis) => wrapAxis(axis, dims.length));
    const scales = context.has(2) ? context.data(2) : undefined;
    let data: Numbers = context.data(0);
    const now = [...dims];
    asked.forEach((axis, index) => {
      const [from, to] = [dims[axis]!, out[axis]!];
      const scale = scales?.length ? scales[index]! : to / from;
      if (scale === 1) return;
      const blends = Array.from({ length: to }, (_, place) => blendOf(context, place, from, to, scale));
      data = blended(data, now, axis, blends);
      now[axis] = to;
    });
    return [data];
  },
};

function blendOf(context: ValueContext, place: number, from: number, to: number, scale: number): Blend {
  const x = source(context, place, from, to, scale);
  const within = (at: number) => Math.min(from - 1, Math.max(0, at));
  const mode = stringOf(context.node, 'mode', 'nearest');
  if (mode === 'nearest') return [[within(nearest(context, x)), 1]];
  if (mode !== 'linear') throw new Error(`The reference of Resize does not know ${mode}`);
  const low = Math.floor(x);
  return [
    [within(low), low + 1 - x],
    [within(low + 1), x - low],
  ];
}

/** The place on the old axis, pixel centres at whole numbers. */
function source(context: ValueContext, place: number, from: number, to: number, scale: number): number {
  const mode = stringOf(context.node, 'coordinate_transformation_mode', 'half_pixel');
  switch (mode) {
    case 'half_pixel':
      return (place + 0.5) / scale - 0.5;
    case 'pytorch_half_pixel':
      return to > 1 ? (place + 0.5) / scale - 0.5 : 0;
    case 'asymmetric':
      return place / scale;
    case 'align_corners':
      return to > 1 ? (place * (from - 1)) / (to - 1) : 0;
    default:
      throw new Error(`The reference of Resize does not know ${mode}`);
  }
}

function nearest(context: ValueContext, x: number): number {
  const mode = stringOf(context.node, 'nearest_mode', 'round_prefer_floor');
  switch (mode) {
    case 'floor':
      return Math.floor(x);
    case 'ceil':
      return Math.ceil(x);
    case 'round_prefer_floor':
      return Math.ceil(x - 0.5);
    case 'round_prefer_ceil':
      return Math.floor(x + 0.5);
    default:
      throw new Error(`The reference of Resize does not know ${mode}`);
  }
}

function blended(data: Numbers, dims: readonly number[], axis: number, blends: readonly Blend[]) {
  const { outer, size, inner } = along(dims, axis);
  const result = new Float64Array(outer * blends.length * inner);
  for (let block = 0; block < outer; block += 1) {
    blends.forEach((blend, place) => {
      const to = (block * blends.length + place) * inner;
      for (const [from, share] of blend) {
        const start = (block * size + from) * inner;
        for (let at = 0; at < inner; at += 1) result[to + at]! += share * data[start + at]!;
      }
    });
  }
  return result;
}
