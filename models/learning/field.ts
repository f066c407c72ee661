import type { GraphBuilder } from '../graph/builder.ts';
import { meanSquare, sumOf } from '../graph/gradient/layers.ts';
import { type Adam, type TrainingStep, trainingStep } from '../graph/gradient/training-step.ts';
import type { Weights } from '../graph/gradient/weights.ts';
import { renderRays } from './volume.ts';

/**
 * A radiance field (Mildenhall et al. 2020) whose colour and density lie on a lattice between whose knots they are
 * mixed (Fridovich-Keil et al. 2022; Sun et al. 2022): on a processor it learns in minutes what a perceptron would in
 * an hour.
 */
export interface FieldShape {
  /** Knots of a side of the cube from -1 to 1. */
  readonly knots: number;
}

/** Rays of one run, and samples of each. */
export interface RayCount {
  readonly rays: number;
  readonly samples: number;
}

/** Three colours and a density a knot. */
const NUMBERS = 4;
/** Density per unit of length where softplus gives 1; at the beginning the cube is as good as clear. */
const DENSEST = 50;
const CLEAR = 4;
/** How much a difference between neighbouring knots costs: what no view sees is made like what is beside it. */
const EVEN = 3e-9;

/** Steps of Adam that forget sooner: a knot is seen by few rays, and not in every step. */
export const FIELD_ADAM: Adam = { beta1: 0.9, beta2: 0.99, epsilon: 1e-8 };

/** The knots' numbers, mixed at places [count, 3] within the cube: [count, 4], before their bounds. */
function mixed(b: GraphBuilder, grid: string, { knots }: FieldShape, places: string, count: number): string {
  const inside = b.node('Clip', [places, b.scalar(-0.9999), b.scalar(0.9999)]);
  const at = b.scale(b.add(inside, b.scalar(1)), (knots - 1) / 2);
  const low = b.node('Floor', [at]);
  const far = b.sub(at, low);
  const near = b.sub(b.scalar(1), far);
  // Whole numbers of that size are exact as floats.
  const strides = b.constant(Float32Array.of(1, knots, knots ** 2), [3, 1]);
  const corners = Float32Array.from(
    { length: 8 },
    (_, corner) => (corner & 1) + ((corner >> 1) & 1) * knots + (corner >> 2) * knots ** 2,
  );
  const knot = b.node('Cast', [b.add(b.matmul(low, strides), b.constant(corners, [1, 8]))], {
    to: { int: 7 },
  });
  const both = (axis: number) =>
    b.concat([b.slice(near, 1, axis, axis + 1), b.slice(far, 1, axis, axis + 1)], 1);
  const plane = b.mul(b.reshape(both(1), [count, 2, 1]), b.reshape(both(0), [count, 1, 2]));
  const shares = b.mul(b.reshape(both(2), [count, 2, 1]), b.reshape(plane, [count, 1, 4]));
  const seen = b.node('Gather', [grid, knot], { axis: { int: 0 } });
  const weighted = b.mul(seen, b.reshape(shares, [count, 8, 1]));
  return b.node('ReduceSum', [weighted, b.ints([1])], { keepdims: { int: 0 } });
}

/**
 * What rays see. Declares the inputs `origin` and `direction` [rays, 3] (length 1), `places` [rays, samples] (distances
 * of the samples) and `steps` [rays, 1] (between two samples; 0 where a ray misses the cube), in lengths of the cube
 * from -1 to 1.
 * @returns colour [rays, 3] over the background's, 0..1; `opacity`, `depth` (the mean distance of what is seen) and
 * `spread` (its deviation), [rays, 1]
 */
function seen(
  b: GraphBuilder,
  grid: string,
  weights: Weights,
  shape: FieldShape,
  { rays, samples }: RayCount,
) {
  const origin = b.reshape(b.extraInput('origin', [rays, 3]), [rays, 1, 3]);
  const direction = b.reshape(b.extraInput('direction', [rays, 3]), [rays, 1, 3]);
  const distances = b.extraInput('places', [rays, samples]);
  const along = b.mul(direction, b.reshape(distances, [rays, samples, 1]));
  const count = rays * samples;
  const raw = mixed(b, grid, shape, b.reshape(b.add(origin, along), [count, 3]), count);
  const colour = b.reshape(b.sigmoid(b.slice(raw, 1, 0, 3)), [rays, samples, 3]);
  const dense = b.node('Softplus', [b.sub(b.slice(raw, 1, 3, 4), b.scalar(CLEAR))]);
  const density = b.reshape(b.scale(dense, DENSEST), [rays, samples]);
  const rendered = renderRays(b, colour, density, b.extraInput('steps', [rays, 1]));
  const total = (value: string) => b.node('ReduceSum', [value, b.ints([1])], { keepdims: { int: 1 } });
  const opacity = total(rendered.shares);
  const background = b.sigmoid(weights.get('background', [1, 3], { fill: 0 }));
  const clear = b.sub(b.scalar(1), opacity);
  const mean = (value: string) =>
    b.node('Div', [total(b.mul(rendered.shares, value)), b.add(opacity, b.scalar(1e-6))]);
  return {
    colour: b.add(rendered.colour, b.mul(clear, background)),
    more: () => {
      const depth = mean(distances);
      const off = b.sub(distances, depth);
      return { opacity, depth, spread: b.node('Sqrt', [mean(b.mul(off, off))]) };
    },
  };
}

const gridOf = (weights: Weights, { knots }: FieldShape) =>
  weights.get('grid', [knots ** 3, NUMBERS], { normal: 0.01 });

/** A step on rays whose colours are known: `target` [rays, 3] beside the inputs of `seen`. `square` comes out as well. */
export function fieldStep(shape: FieldShape, count: RayCount): TrainingStep {
  return trainingStep(
    'field',
    (b, weights) => {
      const grid = gridOf(weights, shape);
      const { colour } = seen(b, grid, weights, shape, count);
      const square = meanSquare(b, colour, b.extraInput('target', [count.rays, 3]));
      const cells = b.reshape(grid, [shape.knots, shape.knots, shape.knots, NUMBERS]);
      const uneven = [0, 1, 2].map((axis) => {
        const difference = b.sub(b.slice(cells, axis, 1), b.slice(cells, axis, 0, shape.knots - 1));
        return sumOf(b, b.mul(difference, difference));
      });
      const cost = uneven.reduce((all, one) => b.add(all, one));
      return { loss: b.add(square, b.scale(cost, EVEN)), outputs: { square } };
    },
    { optimiser: FIELD_ADAM },
  );
}

/** Rays to `colour` [rays, 3], `opacity`, `depth` and `spread` [rays, 1]: see `seen`. @param open gives the weights */
export function fieldView(
  b: GraphBuilder,
  weights: Weights,
  shape: FieldShape,
  count: RayCount,
): GraphBuilder['graph'] {
  const { colour, more } = seen(b, gridOf(weights, shape), weights, shape, count);
  for (const [name, value] of Object.entries({ colour, ...more() })) {
    b.extraOutput(value, name, [count.rays, name === 'colour' ? 3 : 1]);
  }
  return b.graph;
}
