import type { GraphBuilder } from '../../builder.ts';
import { DATA_TYPES } from '../../proto.ts';
import type { Backward, GradientRule, GradientRules } from '../backward.ts';
import { each } from '../backward.ts';
import { sumTo, zeros } from '../shaping.ts';

const FLOATS: ReadonlySet<number> = new Set([DATA_TYPES.float32, DATA_TYPES.float16, DATA_TYPES.float64]);

/** Functions of one value, each by its slope at x, where y is what it gave. */
const SLOPES: Readonly<Record<string, (b: GraphBuilder, x: string, y: string, step: Backward) => string>> = {
  Abs: (b, x) => b.node('Sign', [x]),
  Exp: (_, _x, y) => y,
  Log: (b, x) => b.node('Reciprocal', [x]),
  Sqrt: (b, _, y) => b.node('Div', [b.scalar(0.5), y]),
  Reciprocal: (b, _, y) => b.node('Neg', [b.mul(y, y)]),
  Sin: (b, x) => b.node('Cos', [x]),
  Cos: (b, x) => b.node('Neg', [b.node('Sin', [x])]),
  Tanh: (b, _, y) => b.sub(b.scalar(1), b.mul(y, y)),
  Sigmoid: (b, _, y) => b.mul(y, b.sub(b.scalar(1), y)),
  Softplus: (b, x) => b.sigmoid(x),
  Softsign(b, x) {
    const below = b.add(b.node('Abs', [x]), b.scalar(1));
    return b.node('Reciprocal', [b.mul(below, below)]);
  },
  Erf: (b, x) => b.scale(b.node('Exp', [b.node('Neg', [b.mul(x, x)])]), 2 / Math.sqrt(Math.PI)),
  // A test read as a number: three times as fast as Sign.
  Relu: (b, x) => b.node('Cast', [b.node('Greater', [x, b.scalar(0)])], { to: { int: 1 } }),
  LeakyRelu: (b, x, _, step) => above(b, x, b.scalar(1), b.scalar(step.float('alpha', 0.01))),
  // alpha * exp(x) is y + alpha.
  Elu: (b, x, y, step) => above(b, x, b.scalar(1), b.add(y, b.scalar(step.float('alpha', 1)))),
  HardSigmoid(b, _x, y, step) {
    const alpha = step.float('alpha', 0.2);
    const inside = b.node('And', [b.node('Greater', [y, b.scalar(0)]), b.node('Less', [y, b.scalar(1)])]);
    return b.node('Where', [inside, b.scalar(alpha), zeros(b, [])]);
  },
};

function above(b: GraphBuilder, x: string, yes: string, no: string): string {
  return b.node('Where', [b.node('Greater', [x, b.scalar(0)]), yes, no]);
}

/** Of one value: the gradient times the slope. */
const byItsSlope: GradientRule = (step) => [
  () => {
    const slope = SLOPES[step.node.op];
    if (!slope) throw new Error(`no slope of ${step.node.op}`);
    return step.b.mul(step.gradient, slope(step.b, step.input(0), step.output, step));
  },
];

/** Gives the part of input `index`, summed over what was repeated. */
function back(step: Backward, index: number, value: string): string {
  return sumTo(step.b, value, step.outputDims(), step.dims(index));
}

/** Of several: the gradient goes to the first that is the greatest (or least) one. */
const toTheChosen: GradientRule = (step) => {
  const { b, node, gradient, output } = step;
  return node.inputs.map((value, index) => () => {
    let chosen = b.node('Equal', [value, output]);
    for (const earlier of node.inputs.slice(0, index)) {
      const taken = b.node('Not', [b.node('Equal', [earlier, output])]);
      chosen = b.node('And', [chosen, taken]);
    }
    return back(step, index, b.node('Where', [chosen, gradient, zeros(b, [])]));
  });
};

export const ELEMENT_WISE: GradientRules = {
  ...each(Object.keys(SLOPES).join(' '), byItsSlope),
  ...each('Max Min', toTheChosen),
  // Steps and tests: level wherever they have a slope.
  ...each('Sign Floor Ceil Round Greater Less GreaterOrEqual LessOrEqual Equal And Or Not', (step) =>
    step.node.inputs.map(() => undefined),
  ),
  Identity: ({ gradient }) => [() => gradient],
  // Between kinds of floats it only rounds; to whole numbers and tests it goes in steps.
  Cast: (step) => {
    const [from, to] = [DATA_TYPES[step.type(0)], step.int('to', 0)];
    if (!FLOATS.has(from) || !FLOATS.has(to)) return [undefined];
    return [
      () => (from === to ? step.gradient : step.b.node('Cast', [step.gradient], { to: { int: from } })),
    ];
  },
  Neg: ({ b, gradient }) => [() => b.node('Neg', [gradient])],
  Add: (step) => [0, 1].map((index) => () => back(step, index, step.gradient)),
  Sub: (step) => [
    () => back(step, 0, step.gradient),
    () => back(step, 1, step.b.node('Neg', [step.gradient])),
  ],
  Mul: (step) =>
    [0, 1].map((index) => () => back(step, index, step.b.mul(step.gradient, step.input(1 - index)))),
  Div: (step) => {
    const { b, gradient } = step;
    return [
      () => back(step, 0, b.node('Div', [gradient, step.input(1)])),
      // d(a / c) / dc = -(a / c) / c
      () => {
        const ratio = b.node('Div', [b.mul(gradient, step.output), step.input(1)]);
        return back(step, 1, b.node('Neg', [ratio]));
      },
    ];
  },
  Pow: (step) => {
    const { b, gradient } = step;
    return [
      () => {
        const lower = b.node('Pow', [step.input(0), b.sub(step.input(1), b.scalar(1))]);
        return back(step, 0, b.mul(gradient, b.mul(step.input(1), lower)));
      },
      () => back(step, 1, b.mul(gradient, b.mul(step.output, b.node('Log', [step.input(0)])))),
    ];
  },
  Where: (step) => {
    const { b, gradient } = step;
    const zero = () => zeros(b, []);
    return [
      undefined,
      () => back(step, 1, b.node('Where', [step.input(0), gradient, zero()])),
      () => back(step, 2, b.node('Where', [step.input(0), zero(), gradient])),
    ];
  },
  // Between its bounds as it is; beyond them it stands still.
  Clip: (step) => {
    const { b, gradient } = step;
    return [
      () => {
        const tests = [
          ...(step.has(1) ? [b.node('Greater', [step.input(0), step.input(1)])] : []),
          ...(step.has(2) ? [b.node('Less', [step.input(0), step.input(2)])] : []),
        ];
        const [first, second] = tests;
        if (!first) return gradient;
        const inside = second ? b.node('And', [first, second]) : first;
        return b.node('Where', [inside, gradient, zeros(b, [])]);
      },
    ];
  },
  PRelu: (step) => {
    const { b, gradient } = step;
    const x = step.input(0);
    const positive = () => b.node('Greater', [x, b.scalar(0)]);
    return [
      () => b.node('Where', [positive(), gradient, b.mul(gradient, step.input(1))]),
      () => back(step, 1, b.node('Where', [positive(), zeros(b, []), b.mul(gradient, x)])),
    ];
  },
};
