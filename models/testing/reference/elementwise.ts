import { EVALUATORS, map, table } from '../../graph/evaluate.ts';
import { typeOf } from '../../graph/size-rules.ts';
import { countOf, type ValueContext } from '../../graph/values.ts';
import { erf } from './erf.ts';
import { floatOf, type Kernel } from './kernel.ts';

/**
 * What the graph's own evaluators compute. They round floats to float32, and keep whole numbers in doubles: told that
 * all is whole they round nothing. Div and Cast take that word for more, and have kernels here.
 */
const SHARED = `
  Add Sub Mul Pow Max Min Mod Neg Abs Exp Log Sqrt Reciprocal Tanh Sigmoid Relu Sign Floor Ceil Where Equal Greater
  Less GreaterOrEqual LessOrEqual And Or Not Identity ReduceSum ReduceMean ReduceMax ReduceMin ReduceProd Reshape
  Flatten Squeeze Unsqueeze Transpose Concat Split Slice Expand Tile Gather Shape Size Range DepthToSpace`;

export const ELEMENTWISE: Readonly<Record<string, Kernel>> = {
  ...Object.fromEntries(
    SHARED.trim()
      .split(/\s+/)
      .map((op): [string, Kernel] => {
        const evaluator = EVALUATORS[op] as Kernel;
        return [op, (context, target) => evaluator(context, { ...target, whole: true })];
      }),
  ),
  ...table<(context: ValueContext) => (values: readonly number[]) => number>(
    {
      Sin: unary(Math.sin),
      Cos: unary(Math.cos),
      Erf: unary(erf),
      Round: unary(toEven),
      Softplus: unary((x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))),
      Softsign: unary((x) => x / (1 + Math.abs(x))),
      LeakyRelu: ({ node }) => {
        const slope = floatOf(node, 'alpha', 0.01);
        return ([x = 0]) => (x < 0 ? slope * x : x);
      },
      Elu: ({ node }) => {
        const alpha = floatOf(node, 'alpha', 1);
        return ([x = 0]) => (x < 0 ? alpha * Math.expm1(x) : x);
      },
      HardSigmoid: ({ node }) => {
        const [alpha, beta] = [floatOf(node, 'alpha', 0.2), floatOf(node, 'beta', 0.5)];
        return ([x = 0]) => Math.max(0, Math.min(1, alpha * x + beta));
      },
      PRelu:
        () =>
        ([x = 0, slope = 0]) =>
          x < 0 ? slope * x : x,
      Div: (context) => {
        const isWhole = !context.value(0).type.startsWith('float');
        return ([a = 0, b = 1]) => (isWhole ? Math.trunc(a / b) : a / b);
      },
      Cast: (context) => {
        const type = typeOf(context);
        if (type === 'bool') return ([x = 0]) => Number(x !== 0);
        return ([x = 0]) => (type.startsWith('float') ? x : Math.trunc(x));
      },
    },
    (act) => (context, target) => [map(context, { ...target, whole: true }, act(context))],
  ),
  Clip: (context) => {
    const bound = (index: number, open: number) => (context.has(index) ? context.data(index)[0]! : open);
    const [low, high] = [bound(1, Number.NEGATIVE_INFINITY), bound(2, Number.POSITIVE_INFINITY)];
    return [Float64Array.from(context.data(0), (x) => Math.min(high, Math.max(low, x)))];
  },
  ConstantOfShape: ({ node }, { sizes }) => {
    const given = node.attributes.value;
    const first = given && 'tensor' in given ? Number(given.tensor.data[0] ?? 0) : 0;
    return [new Float64Array(countOf(sizes[0] ?? [])).fill(first)];
  },
};

function unary(act: (x: number) => number) {
  return () =>
    ([x = 0]: readonly number[]) =>
      act(x);
}

/** To the nearest whole number; halves to the even one. */
function toEven(x: number): number {
  const near = Math.round(x);
  return near - x === 0.5 && near % 2 !== 0 ? near - 1 : near;
}
