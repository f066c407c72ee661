import type { Backward, GradientRules } from '../backward.ts';
import { flip, sumTo } from '../shaping.ts';

/** Sizes of a product before what was repeated over the batch is summed. */
const batched = (out: readonly number[], rows: number, columns: number) => [
  ...out.slice(0, -2),
  rows,
  columns,
];

function matMul(step: Backward, index: 0 | 1): string {
  const { b, gradient } = step;
  const [a, c] = [step.dims(0), step.dims(1)];
  const [rows = 1, inner = 1] = a.slice(-2);
  const columns = c.at(-1) ?? 1;
  if (index === 0) {
    const product = b.matmul(gradient, flip(b, step.input(1), c));
    return sumTo(b, product, batched(step.outputDims(), rows, inner), a);
  }
  // A layer's weights: all rows of the batch are rows of one product, and need no sum after it.
  if (c.length === 2) {
    return b.node('Gemm', [b.reshape(step.input(0), [-1, inner]), b.reshape(gradient, [-1, columns])], {
      transA: { int: 1 },
    });
  }
  const product = b.matmul(flip(b, step.input(0), a), gradient);
  return sumTo(b, product, batched(step.outputDims(), inner, columns), c);
}

export const PRODUCTS: GradientRules = {
  MatMul: (step) => {
    // A lone vector has no rows to turn.
    if (step.dims(0).length < 2 || step.dims(1).length < 2)
      throw new Error('MatMul of a vector: reshape it to a matrix first');
    return [() => matMul(step, 0), () => matMul(step, 1)];
  },
  Gemm: (step) => {
    const { b, gradient } = step;
    const [turnsA, turnsB] = [step.int('transA', 0) === 1, step.int('transB', 0) === 1];
    const alpha = step.float('alpha', 1);
    const product = (left: string, turnsLeft: boolean, right: string, turnsRight: boolean) =>
      b.node('Gemm', [left, right], {
        alpha: { float: alpha },
        transA: { int: Number(turnsLeft) },
        transB: { int: Number(turnsRight) },
      });
    const [a, c] = [step.input(0), step.input(1)];
    return [
      () => (turnsA ? product(c, turnsB, gradient, true) : product(gradient, false, c, !turnsB)),
      () => (turnsB ? product(gradient, true, a, turnsA) : product(a, !turnsA, gradient, false)),
      () => sumTo(b, b.scale(gradient, step.float('beta', 1)), step.outputDims(), step.dims(2)),
    ];
  },
};
