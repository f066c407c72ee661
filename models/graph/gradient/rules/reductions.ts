import { reducedAxes } from '../../size-rules.ts';
import { countOf, wrapAxis } from '../../values.ts';
import type { Backward, GradientRules } from '../backward.ts';
import { sum } from '../shaping.ts';
import { valueContextOf } from '../value-context.ts';

/** The sizes of a reduction with its axes kept as ones. */
function keptDims(step: Backward): number[] {
  const from = step.dims(0);
  const axes = reducedAxes(valueContextOf(step), from.length);
  return from.map((size, axis) => (axes.has(axis) ? 1 : size));
}

/** A value of a reduction's output, with its axes as ones: ready to meet what was reduced. */
function kept(step: Backward, value: string): string {
  const dims = keptDims(step);
  return dims.join() === step.outputDims().join() ? value : step.b.reshape(value, dims);
}

/** How many elements became one. */
const reduced = (step: Backward) => countOf(step.dims(0)) / countOf(step.outputDims());

/** Along with their axes these have one differentiable input. */
function rule(build: (step: Backward) => string): GradientRules[string] {
  return (step) => [() => build(step), undefined];
}

/** Where the greatest (least) stands: it gets all; several that are equal share. */
const toTheExtreme = rule((step) => {
  const { b } = step;
  const found = b.node('Equal', [step.input(0), kept(step, step.output)]);
  const marks = b.node('Cast', [found], { to: { int: 1 } });
  const axes = [...reducedAxes(valueContextOf(step), step.dims(0).length)];
  return b.mul(b.node('Div', [marks, sum(b, marks, axes)]), kept(step, step.gradient));
});

const softmaxAxis = (step: Backward) => wrapAxis(step.int('axis', -1), step.dims(0).length);

export const REDUCTIONS: GradientRules = {
  ReduceSum: rule((step) => step.b.expand(kept(step, step.gradient), step.dims(0))),
  ReduceMean: rule((step) => {
    const { b } = step;
    return b.expand(b.scale(kept(step, step.gradient), 1 / reduced(step)), step.dims(0));
  }),
  ReduceMax: toTheExtreme,
  ReduceMin: toTheExtreme,
  ReduceSumSquare: rule((step) => {
    const { b } = step;
    return b.mul(b.scale(step.input(0), 2), kept(step, step.gradient));
  }),
  ReduceL2: rule((step) => {
    const { b } = step;
    return b.mul(step.input(0), kept(step, b.node('Div', [step.gradient, step.output])));
  }),
  Softmax: (step) => [
    () => {
      const { b, output: y } = step;
      const weighted = b.mul(step.gradient, y);
      return b.sub(weighted, b.mul(y, sum(b, weighted, [softmaxAxis(step)])));
    },
  ],
  LogSoftmax: (step) => [
    () => {
      const { b } = step;
      const total = sum(b, step.gradient, [softmaxAxis(step)]);
      return b.sub(step.gradient, b.mul(b.node('Exp', [step.output]), total));
    },
  ],
  LayerNormalization: (step) => {
    const rank = step.dims(0).length;
    const first = wrapAxis(step.int('axis', -1), rank);
    const axes = Array.from({ length: rank - first }, (_, at) => first + at);
    return normalisation(step, axes, step.dims(1), axes);
  },
  InstanceNormalization: (step) => {
    const axes = step
      .dims(0)
      .slice(2)
      .map((_, at) => at + 2);
    return normalisation(step, axes, [1, step.dims(0)[1] ?? 1, ...axes.map(() => 1)], [1]);
  },
  // With the statistics that it was given. While it learns, a network measures them: `batchNorm` of layers.ts.
  BatchNormalization: (step) => {
    const { b, gradient } = step;
    const rank = step.dims(0).length;
    const wide = [1, step.dims(0)[1] ?? 1, ...Array<number>(rank - 2).fill(1)];
    const others = [...step.dims(0).keys()].filter((axis) => axis !== 1);
    const as = (value: string) => b.reshape(value, wide);
    const inverse = () => inverseRoot(b, as(step.input(4)), step.float('epsilon', 1e-5));
    const centred = () => b.sub(step.input(0), as(step.input(3)));
    const scaled = () => b.mul(gradient, b.mul(as(step.input(1)), inverse()));
    return [
      scaled,
      () => sum(b, b.mul(gradient, b.mul(centred(), inverse())), others, true),
      () => sum(b, gradient, others, true),
      () => b.node('Neg', [sum(b, scaled(), others, true)]),
      () => {
        const root = inverse();
        const slope = b.scale(b.mul(b.mul(root, root), b.mul(scaled(), centred())), -0.5);
        return sum(b, slope, others, true);
      },
    ];
  },
};

function inverseRoot(b: Backward['b'], variance: string, epsilon: number): string {
  return b.node('Reciprocal', [b.node('Sqrt', [b.add(variance, b.scalar(epsilon))])]);
}

/**
 * A normalisation that measures: y = scale * n + bias with n = (x - mean) / deviation over `axes`. The mean and the
 * deviation hang on x as well; what comes back of them takes the gradient's own mean, and its part along n, away.
 * @param wide the scale's sizes next to x @param own axes of x that the scale has
 */
function normalisation(
  step: Backward,
  axes: readonly number[],
  wide: readonly number[],
  own: readonly number[],
): ReturnType<GradientRules[string]> {
  const { b, gradient } = step;
  const others = [...step.dims(0).keys()].filter((axis) => !own.includes(axis));
  const measured = () => {
    const centred = b.sub(step.input(0), b.mean(step.input(0), axes));
    const inverse = inverseRoot(b, b.mean(b.mul(centred, centred), axes), step.float('epsilon', 1e-5));
    return { normal: b.mul(centred, inverse), inverse };
  };
  return [
    () => {
      const { normal, inverse } = measured();
      const part = b.mul(gradient, b.reshape(step.input(1), wide));
      const along = b.mul(normal, b.mean(b.mul(part, normal), axes));
      return b.mul(inverse, b.sub(b.sub(part, b.mean(part, axes)), along));
    },
    () => b.reshape(sum(b, b.mul(gradient, measured().normal), others), step.dims(1)),
    () => b.reshape(sum(b, gradient, others), step.dims(2)),
  ];
}
