import { intsOf, stringOf } from '../../graph/graph.ts';
import { countOf, pick, stridesOf, unpack, type ValueContext, wrapAxis } from '../../graph/values.ts';
import { along, doubles, type Kernel } from './kernel.ts';

/** Operators that only move numbers, beyond those of the graph's own evaluators. */
export const PLACES: Readonly<Record<string, Kernel>> = {
  Constant: ({ node }) => {
    const { value, value_float, value_floats, value_int } = node.attributes;
    if (value && 'tensor' in value) {
      const { data } = unpack(value.tensor, Number.POSITIVE_INFINITY);
      if (data) return [data];
    }
    if (value_float && 'float' in value_float) return [Float64Array.of(value_float.float)];
    if (value_floats && 'floats' in value_floats) return [Float64Array.from(value_floats.floats)];
    if (value_int && 'int' in value_int) return [Float64Array.of(value_int.int)];
    return [Float64Array.from(intsOf(node, 'value_ints', []))];
  },
  Pad: (context, target) => {
    const { dims } = context.value(0);
    const out = target.sizes[0]!;
    const data = context.data(0);
    const mode = stringOf(context.node, 'mode', 'constant');
    const fill = context.has(2) ? context.data(2)[0]! : 0;
    const before = leadingPads(context, dims.length);
    const [from, to] = [stridesOf(dims), stridesOf(out)];
    return [
      doubles(target).map((_, at) => {
        let place = 0;
        for (let axis = 0; axis < dims.length; axis += 1) {
          const size = dims[axis]!;
          const wished = (Math.floor(at / to[axis]!) % out[axis]!) - before[axis]!;
          const found = padded(wished, size, mode);
          if (found < 0 || found >= size) return fill;
          place += found * from[axis]!;
        }
        return data[place]!;
      }),
    ];
  },
  Trilu: (context) => {
    const [rows = 1, columns = 1] = context.value(0).dims.slice(-2);
    const isUpper = context.int('upper', 1) === 1;
    const offset = context.has(1) ? context.data(1)[0]! : 0;
    return [
      Float64Array.from(context.data(0), (x, at) => {
        const beyond = (at % columns) - (Math.floor(at / columns) % rows) - offset;
        return (isUpper ? beyond >= 0 : beyond <= 0) ? x : 0;
      }),
    ];
  },
  SpaceToDepth: (context) => {
    const [batch = 0, channels = 0, height = 0, width = 0] = context.value(0).dims;
    const block = context.int('blocksize', 1);
    const dims = [batch, block, block, channels, height / block, width / block];
    const plane = height * width;
    return [pick(context.data(0), dims, [channels * plane, width, 1, plane, block * width, block])];
  },
  GatherElements: (context, target) => {
    const data = context.data(0);
    const places = elementPlaces(context);
    return [doubles(target).map((_, at) => data[places[at]!]!)];
  },
  ScatterElements: (context) => {
    const result = Float64Array.from(context.data(0));
    const updates = context.data(2);
    const put = putter(context);
    elementPlaces(context).forEach((place, at) => {
      result[place] = put(result[place]!, updates[at]!);
    });
    return [result];
  },
  ScatterND: (context) => {
    const { dims } = context.value(0);
    const depth = context.value(1).dims.at(-1)!;
    const [places, updates] = [context.data(1), context.data(2)];
    const strides = stridesOf(dims);
    const run = countOf(dims.slice(depth));
    const result = Float64Array.from(context.data(0));
    const put = putter(context);
    for (let row = 0; row < places.length / depth; row += 1) {
      let start = 0;
      for (let axis = 0; axis < depth; axis += 1) {
        start += wrapped(places[row * depth + axis]!, dims[axis]!) * strides[axis]!;
      }
      for (let at = 0; at < run; at += 1) {
        result[start + at] = put(result[start + at]!, updates[row * run + at]!);
      }
    }
    return [result];
  },
  OneHot: (context, target) => {
    const [depth, values] = [context.data(1)[0]!, context.data(2)];
    const out = target.sizes[0]!;
    const { inner } = along(out, wrapAxis(context.int('axis', -1), out.length));
    const result = doubles(target).fill(values[0]!);
    context.data(0).forEach((place: number, at: number) => {
      if (place < -depth || place >= depth) return;
      const block = Math.floor(at / inner) * depth + wrapped(place, depth);
      result[block * inner + (at % inner)] = values[1]!;
    });
    return [result];
  },
};

function wrapped(place: number, size: number): number {
  return place < 0 ? place + size : place;
}

/** Where each index of GatherElements and ScatterElements points, as a place in the data. */
function elementPlaces(context: ValueContext): number[] {
  const [{ dims }, index] = [context.value(0), context.value(1)];
  const axis = wrapAxis(context.int('axis', 0), dims.length);
  const [own, strides] = [stridesOf(index.dims), stridesOf(dims)];
  return Array.from(context.data(1), (place, at) =>
    strides.reduce((sum, stride, of) => {
      const here = Math.floor(at / own[of]!) % index.dims[of]!;
      return sum + (of === axis ? wrapped(place, dims[axis]!) : here) * stride;
    }, 0),
  );
}

function putter(context: ValueContext): (old: number, update: number) => number {
  const reduction = stringOf(context.node, 'reduction', 'none');
  if (reduction === 'none') return (_, update) => update;
  if (reduction === 'add') return (old, update) => old + update;
  throw new Error(`The reference of ${context.node.op} does not know ${reduction}`);
}

/** How many elements Pad puts before each axis; fewer than none cuts. */
function leadingPads(context: ValueContext, rank: number): number[] {
  const pads = context.list(1, 'pads') ?? [];
  const axes = context.list(3, '') ?? Array.from({ length: rank }, (_, axis) => axis);
  const before = Array.from({ length: rank }, () => 0);
  axes.forEach((axis, index) => {
    before[wrapAxis(axis, rank)] = pads[index]!;
  });
  return before;
}

/** The element that stands at a place beyond an axis' ends; outside for a constant. */
function padded(place: number, size: number, mode: string): number {
  switch (mode) {
    case 'constant':
      return place;
    case 'edge':
      return Math.min(size - 1, Math.max(0, place));
    case 'reflect':
      // Once is enough: a mirror shows no more than there is.
      return place < 0 ? -place : place >= size ? 2 * (size - 1) - place : place;
    default:
      throw new Error(`The reference of Pad does not know ${mode}`);
  }
}
