import { permOf, sliceOf, splitSizes } from '../../size-rules.ts';
import { countOf, wrapAxis } from '../../values.ts';
import type { Backward, GradientRule, GradientRules } from '../backward.ts';
import { each } from '../backward.ts';
import { mapAxis, scatterAdd, sum, sumTo, zeros } from '../shaping.ts';
import { valueContextOf } from '../value-context.ts';

/** The same numbers in another shape. */
const reshaped: GradientRule = ({ b, gradient, dims }) => [() => b.reshape(gradient, dims(0))];

export const SHAPES: GradientRules = {
  ...each('Reshape Flatten Squeeze Unsqueeze', reshaped),
  ...each('Shape Size Range ConstantOfShape', (step) => step.node.inputs.map(() => undefined)),
  // Of the two numbers that it is made of, each has what came back to its places.
  OneHot: ({ b, node, gradient, input, outputDims }) => [
    undefined,
    undefined,
    () => {
      const marks = b.constant(Float32Array.of(0, 1), [2]);
      const ons = b.node('OneHot', [input(0), input(1), marks], node.attributes);
      const every = outputDims().map((_, axis) => axis);
      const [all, on] = [gradient, b.mul(gradient, ons)].map((x) => b.reshape(sum(b, x, every), [1]));
      return b.concat([b.sub(all!, on!), on!], 0);
    },
  ],
  Transpose: (step) => {
    const perm = permOf(valueContextOf(step), step.dims(0).length);
    return [
      () =>
        step.b.transpose(
          step.gradient,
          perm.map((_, axis) => perm.indexOf(axis)),
        ),
    ];
  },
  Expand: ({ b, gradient, outputDims, dims }) => [() => sumTo(b, gradient, outputDims(), dims(0))],
  Tile: ({ b, gradient, outputDims, dims }) => [
    () => {
      const from = dims(0);
      // Every axis twice: which copy, and where in it.
      const split = from.flatMap((size, axis) => [(outputDims()[axis] ?? 1) / size, size]);
      const once = split.map((size, axis) => (axis % 2 ? size : 1));
      return b.reshape(sumTo(b, b.reshape(gradient, split), split, once), from);
    },
  ],
  Concat: (step) => {
    const { b, node, gradient, dims } = step;
    const axis = wrapAxis(step.int('axis', 1), step.outputDims().length);
    let end = 0;
    return node.inputs.map((_, index) => {
      const from = end;
      end += dims(index)[axis] ?? 0;
      const to = end;
      return () => b.slice(gradient, axis, from, to);
    });
  },
  Split: (step) => {
    const { b, dims } = step;
    const axis = wrapAxis(step.int('axis', 0), dims(0).length);
    const sizes = splitSizes(valueContextOf(step), dims(0)[axis] ?? 1);
    return [
      () =>
        b.concat(
          sizes.map((_, index) => step.gradientOf(index) ?? zeros(b, step.outputDims(index))),
          axis,
        ),
    ];
  },
  Slice: (step) => [
    () => {
      const { b } = step;
      const from = step.dims(0);
      const parts = sliceOf(valueContextOf(step), from);
      let { gradient } = step;
      const to = [...step.outputDims()];
      // Where pixels were left out between, each goes back to its own place.
      parts.forEach(({ start, step: stride, count }, axis) => {
        if (stride === 1) return;
        const places = Array.from({ length: count }, (_, at) => start + at * stride);
        gradient = scatterAlong(step, gradient, to, axis, from[axis] ?? 1, places);
        to[axis] = from[axis] ?? 1;
      });
      const before = parts.map(({ start, step: stride }) => (stride === 1 ? start : 0));
      const behind = from.map((size, axis) => size - (to[axis] ?? 0) - (before[axis] ?? 0));
      return [...before, ...behind].some((pixels) => pixels !== 0)
        ? b.pad(gradient, [...before, ...behind])
        : gradient;
    },
  ],
  Pad: (step) => [
    () => {
      const { b } = step;
      const from = step.dims(0);
      const to = [...step.outputDims()];
      const pads = step.list(1, 'pads') ?? [];
      const axes = (step.has(3) ? [...step.numbers(3)] : from.map((_, axis) => axis)).map((axis) =>
        wrapAxis(axis, from.length),
      );
      const mode = step.string('mode', 'constant');
      let { gradient } = step;
      axes.forEach((axis, at) => {
        const [size, before] = [from[axis] ?? 1, pads[at] ?? 0];
        const made = to[axis] ?? size;
        if (made === size && before === 0) return;
        const behind = made - size - before;
        if (mode === 'constant' && Math.min(before, behind) >= 0) {
          gradient = b.slice(gradient, axis, before, before + size);
        } else if (mode === 'constant') {
          // What had been cut away gets nothing back.
          const back = [before, behind].flatMap((pixels) => to.map((_, own) => (own === axis ? -pixels : 0)));
          gradient = b.pad(gradient, back);
        } else {
          const matrix = new Float32Array(size * made);
          for (let pixel = 0; pixel < made; pixel += 1)
            matrix[sourceOf(pixel - before, size, mode) * made + pixel] = 1;
          gradient = mapAxis(b, gradient, to, axis, matrix, size);
        }
        to[axis] = size;
      });
      return gradient;
    },
  ],
  Gather: (step) => [
    () => {
      const { b, gradient } = step;
      const from = step.dims(0);
      const axis = wrapAxis(step.int('axis', 0), from.length);
      const picked = countOf(step.dims(1));
      const rows = [...from.slice(0, axis), picked, ...from.slice(axis + 1)];
      // The same place is told for every number of its row.
      const places = b.expand(b.reshape(step.input(1), [picked, ...from.slice(axis + 1).map(() => 1)]), rows);
      return scatterAdd(b, from, places, b.reshape(gradient, rows), axis);
    },
    undefined,
  ],
  GatherElements: (step) => [
    () => {
      const axis = wrapAxis(step.int('axis', 0), step.dims(0).length);
      return scatterAdd(step.b, step.dims(0), step.input(1), step.gradient, axis);
    },
    undefined,
  ],
  // Of the kind that adds: what is added to stays, what is added is picked out again.
  ScatterElements: (step) => {
    if (step.string('reduction', 'none') !== 'add')
      throw new Error('ScatterElements learns only where it adds');
    const axis = step.int('axis', 0);
    return [
      () => step.gradient,
      undefined,
      () => step.b.node('GatherElements', [step.gradient, step.input(1)], { axis: { int: axis } }),
    ];
  },
  Trilu: (step) => [
    () =>
      step.b.node('Trilu', [step.gradient, ...(step.has(1) ? [step.input(1)] : [])], {
        upper: { int: step.int('upper', 1) },
      }),
  ],
  // Every sum holds the elements before it: backwards, every element is in the sums behind it.
  CumSum: (step) => [
    () =>
      step.b.node('CumSum', [step.gradient, step.input(1)], {
        exclusive: { int: step.int('exclusive', 0) },
        reverse: { int: 1 - step.int('reverse', 0) },
      }),
    undefined,
  ],
};

/** Puts slices along an axis at `places` of zeros. */
function scatterAlong(
  { b }: Backward,
  x: string,
  dims: readonly number[],
  axis: number,
  size: number,
  places: readonly number[],
): string {
  const line = b.reshape(b.ints(places), [places.length, ...dims.slice(axis + 1).map(() => 1)]);
  const out = dims.map((own, at) => (at === axis ? size : own));
  return scatterAdd(b, out, b.expand(line, dims), x, axis);
}

/** The pixel that a border pixel is a copy of. */
function sourceOf(place: number, size: number, mode: string): number {
  if (place >= 0 && place < size) return place;
  if (mode === 'edge') return place < 0 ? 0 : size - 1;
  if (mode !== 'reflect') throw new Error(`Pad does not learn with ${mode}`);
  return place < 0 ? -place : 2 * (size - 1) - place;
}
