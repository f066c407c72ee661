import * as ort from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import type { GraphNode } from '../../graph/graph.ts';
import { writeOnnx } from '../../graph/write.ts';
import { runBytes } from '../run.ts';
import { type Build, Case, float, int, ints, string } from './case.ts';
import { erf } from './erf.ts';
import { type Feed, interpret, KERNELS } from './interpret.ts';

/** One case each, on inputs in a range where the operator is defined. */
const unary = (ops: string, low?: number, high?: number): Record<string, Build[]> =>
  Object.fromEntries(ops.split(' ').map((op) => [op, [(c) => c.op(op, [c.x([2, 3, 4], low, high)])]]));

const SHAPES = [
  [
    [2, 3],
    [2, 3],
  ],
  [
    [2, 3, 4],
    [3, 1],
  ],
  [
    [1, 4],
    [3, 1, 1],
  ],
  [[2, 3], []],
] as const;

const binary = (ops: string, low?: number, high?: number): Record<string, Build[]> =>
  Object.fromEntries(
    ops.split(' ').map((op) => [
      op,
      SHAPES.map(
        ([a, b]): Build =>
          (c) =>
            c.op(op, [c.x(a, low, high), c.x(b, low, high)]),
      ),
    ]),
  );

const compared = (ops: string): Record<string, Build[]> =>
  Object.fromEntries(
    ops.split(' ').map((op) => [
      op,
      SHAPES.map(
        ([a, b]): Build =>
          (c) =>
            c.op(op, [c.coarse(a), c.coarse(b)]),
      ),
    ]),
  );

const reduced = (ops: string): Record<string, Build[]> =>
  Object.fromEntries(
    ops.split(' ').map((op) => {
      // ReduceSum has had its axes as an input since operator set 13, the others since 18.
      const x = (c: Case) => c.x([2, 3, 4], 0.2, 1.4);
      return [
        op,
        [
          (c) => c.op(op, [x(c)]),
          (c) => c.op(op, [x(c), c.ints(1)], { keepdims: int(0) }),
          (c) => c.op(op, [x(c), c.ints(0, -1)], { keepdims: int(1) }),
          (c) => c.op(op, [x(c), c.ints(-2)]),
          (c) => c.op(op, [x(c), c.indices([0], [])], { noop_with_empty_axes: int(1) }),
          (c) => c.op(op, [x(c), c.indices([0], [])], { keepdims: int(0) }),
        ],
      ];
    }),
  );

const softened = (ops: string): Record<string, Build[]> =>
  Object.fromEntries(
    ops.split(' ').map((op) => [
      op,
      [{}, { axis: int(1) }, { axis: int(0) }].map(
        (attributes): Build =>
          (c) =>
            c.op(op, [c.x([2, 3, 4])], attributes),
      ),
    ]),
  );

/** Convolution: x, weight, attributes, and whether a bias is added. */
const conv =
  (op: string, x: number[], weight: number[], attributes: GraphNode['attributes'], bias = 0): Build =>
  (c) =>
    c.op(op, [c.x(x), c.x(weight), ...(bias ? [c.x([bias])] : [])], attributes);

const pool = (op: string, attributes: GraphNode['attributes'], x = [2, 3, 6, 7]): Build => {
  return (c) => c.op(op, [c.x(x)], attributes);
};

const RESIZES = ['asymmetric', 'half_pixel', 'align_corners'].flatMap((coordinates) =>
  [
    { mode: string('linear') },
    { mode: string('nearest'), nearest_mode: string('floor') },
    { mode: string('nearest'), nearest_mode: string('round_prefer_floor') },
  ].flatMap((mode): Build[] => {
    const attributes = { ...mode, coordinate_transformation_mode: string(coordinates) };
    const axes = { ...attributes, axes: ints(2, 3) };
    const x = (c: Case) => c.x([1, 2, 4, 6]);
    return [
      (c) => c.op('Resize', [x(c), '', c.floats(1, 1, 2, 2)], attributes),
      (c) => c.op('Resize', [x(c), '', c.floats(1, 1, 0.5, 1.5)], attributes),
      (c) => c.op('Resize', [x(c), '', '', c.ints(1, 2, 8, 3)], attributes),
      // A third of a pixel lies on neither side in float32 only by luck: sizes that divide.
      (c) => c.op('Resize', [x(c), '', '', c.ints(2, 12)], axes),
      (c) => c.op('Resize', [x(c), '', c.floats(0.25, 4)], axes),
    ];
  }),
);

const CASES: Readonly<Record<string, readonly Build[]>> = {
  ...unary('Neg Abs Exp Sin Cos Tanh Sigmoid Softplus Erf Relu Softsign Sign Floor Ceil Round Identity Size'),
  ...unary('Log Sqrt Reciprocal', 0.3, 3),
  ...binary('Add Sub Mul Max Min'),
  ...binary('Div Pow', 0.4, 2),
  ...compared('Equal Greater Less GreaterOrEqual LessOrEqual'),
  ...reduced('ReduceSum ReduceMean ReduceMax ReduceMin ReduceProd ReduceL1 ReduceL2 ReduceSumSquare'),
  ...softened('Softmax LogSoftmax'),
  Max: [(c) => c.op('Max', [c.x([2, 3]), c.x([3]), c.x([2, 1])]), (c) => c.op('Max', [c.x([2, 3])])],
  Div: [
    (c) => c.op('Div', [c.x([2, 3], 0.4, 2), c.x([3], 0.4, 2)]),
    (c) => c.op('Div', [c.ints(7, -7, 7, -7), c.ints(2, 2, -2, -2)]),
  ],
  Mod: [
    (c) => c.op('Mod', [c.ints(7, -7, 7, -7), c.ints(3, 3, -3, -3)]),
    (c) => c.op('Mod', [c.x([6], -5, 5), c.x([], 1, 2)], { fmod: int(1) }),
  ],
  LeakyRelu: [
    (c) => c.op('LeakyRelu', [c.x([5])]),
    (c) => c.op('LeakyRelu', [c.x([5])], { alpha: float(0.2) }),
  ],
  HardSigmoid: [
    (c) => c.op('HardSigmoid', [c.x([9], -4, 4)]),
    (c) => c.op('HardSigmoid', [c.x([9])], { alpha: float(0.7), beta: float(0.1) }),
  ],
  Round: [
    (c) => c.op('Round', [c.x([9])]),
    (c) => c.op('Round', [c.floats(-2.5, -1.5, -0.5, 0.5, 1.5, 2.5)]),
  ],
  Trilu: [
    (c) => c.op('Trilu', [c.x([2, 3, 4])]),
    (c) => c.op('Trilu', [c.x([4, 4]), c.indices([], [-1])], { upper: int(0) }),
    (c) => c.op('Trilu', [c.x([3, 4]), c.indices([], [1])], { upper: int(1) }),
  ],
  PRelu: [(c) => c.op('PRelu', [c.x([2, 3, 4]), c.x([3, 1])])],
  Elu: [(c) => c.op('Elu', [c.x([5])]), (c) => c.op('Elu', [c.x([5])], { alpha: float(0.7) })],
  Clip: [
    (c) => c.op('Clip', [c.x([9]), c.scalar(-0.5), c.scalar(1)]),
    (c) => c.op('Clip', [c.x([9]), '', c.scalar(1)]),
    (c) => c.op('Clip', [c.x([9]), c.scalar(0.1)]),
  ],
  Where: [(c) => c.op('Where', [c.flags([3, 1]), c.x([2, 1, 4]), c.x([4])])],
  And: [(c) => c.op('And', [c.flags([3, 1]), c.flags([1, 4])])],
  Or: [(c) => c.op('Or', [c.flags([3, 1]), c.flags([4])])],
  Not: [(c) => c.op('Not', [c.flags([5])])],
  Cast: [
    (c) => c.op('Cast', [c.x([9], -3, 3)], { to: int(7) }),
    (c) => c.op('Cast', [c.flags([5])], { to: int(1) }),
    (c) => c.op('Cast', [c.coarse([9])], { to: int(9) }),
    (c) => c.op('Cast', [c.ints(3, -4)], { to: int(1) }),
  ],
  MatMul: [
    [
      [2, 3],
      [3, 4],
    ],
    [
      [2, 5, 2, 3],
      [5, 3, 4],
    ],
    [
      [3, 1, 2, 3],
      [2, 3, 2],
    ],
    [[3], [3]],
    [[3], [2, 3, 4]],
    [[2, 4, 3], [3]],
  ].map(
    ([a, b]): Build =>
      (c) =>
        c.op('MatMul', [c.x(a!), c.x(b!)]),
  ),
  Gemm: [
    (c) => c.op('Gemm', [c.x([2, 3]), c.x([3, 4])]),
    (c) => c.op('Gemm', [c.x([3, 2]), c.x([3, 4]), c.x([4])], { transA: int(1), alpha: float(0.5) }),
    (c) => c.op('Gemm', [c.x([2, 3]), c.x([4, 3]), c.x([2, 1])], { transB: int(1), beta: float(2) }),
    (c) => c.op('Gemm', [c.x([3, 2]), c.x([4, 3]), c.x([2, 4])], { transA: int(1), transB: int(1) }),
  ],
  Conv: [
    conv('Conv', [2, 3, 5, 6], [4, 3, 3, 3], {}),
    conv('Conv', [2, 3, 7, 6], [4, 3, 3, 2], { pads: ints(1, 0, 2, 1), strides: ints(2, 3) }, 4),
    conv('Conv', [1, 4, 7, 7], [6, 2, 3, 3], {
      group: int(2),
      dilations: ints(2, 1),
      pads: ints(2, 1, 2, 1),
    }),
    conv('Conv', [1, 3, 6, 5], [3, 1, 3, 3], {
      group: int(3),
      auto_pad: string('SAME_UPPER'),
      strides: ints(2, 2),
    }),
    conv('Conv', [1, 2, 6, 5], [3, 2, 2, 4], { auto_pad: string('SAME_LOWER') }, 3),
    conv('Conv', [1, 2, 6, 5], [3, 2, 2, 4], { auto_pad: string('VALID') }),
    conv('Conv', [2, 3, 9], [4, 3, 3], { strides: ints(2), pads: ints(1, 2), dilations: ints(2) }, 4),
  ],
  ConvTranspose: [
    conv('ConvTranspose', [2, 3, 4, 5], [3, 4, 3, 3], {}),
    conv(
      'ConvTranspose',
      [2, 3, 4, 5],
      [3, 4, 3, 2],
      { strides: ints(2, 3), pads: ints(1, 0, 0, 1), output_padding: ints(1, 2) },
      4,
    ),
    conv('ConvTranspose', [1, 4, 4, 3], [4, 2, 3, 3], { group: int(2), dilations: ints(2, 1) }, 4),
    conv('ConvTranspose', [2, 3, 5], [3, 2, 4], { strides: ints(2), pads: ints(1, 1) }, 2),
  ],
  AveragePool: [
    pool('AveragePool', { kernel_shape: ints(2, 3) }),
    pool('AveragePool', { kernel_shape: ints(3, 3), strides: ints(2, 2), pads: ints(1, 1, 1, 1) }),
    pool('AveragePool', { kernel_shape: ints(3, 3), pads: ints(1, 0, 1, 2), count_include_pad: int(1) }),
    pool('AveragePool', { kernel_shape: ints(3, 2), auto_pad: string('SAME_UPPER'), strides: ints(2, 2) }),
    pool('AveragePool', { kernel_shape: ints(3), strides: ints(2) }, [2, 3, 8]),
  ],
  MaxPool: [
    pool('MaxPool', { kernel_shape: ints(2, 2), strides: ints(2, 2) }),
    pool('MaxPool', { kernel_shape: ints(3, 3), strides: ints(2, 1), pads: ints(1, 1, 1, 1) }),
    pool('MaxPool', { kernel_shape: ints(3, 2), dilations: ints(2, 1) }),
    (c) => c.several('MaxPool', [c.x([2, 3, 5, 6])], { kernel_shape: ints(2, 2), strides: ints(2, 2) }, 2),
  ],
  GlobalAveragePool: [pool('GlobalAveragePool', {}), pool('GlobalAveragePool', {}, [2, 3, 5])],
  Resize: RESIZES,
  BatchNormalization: [
    (c) =>
      c.op('BatchNormalization', [c.x([2, 3, 4]), c.x([3]), c.x([3]), c.x([3]), c.x([3], 0.2, 2)], {
        epsilon: float(0.01),
      }),
  ],
  InstanceNormalization: [
    (c) => c.op('InstanceNormalization', [c.x([2, 3, 4, 2]), c.x([3]), c.x([3])], { epsilon: float(0.01) }),
    (c) => c.op('InstanceNormalization', [c.x([2, 3, 5]), c.x([3]), c.x([3])]),
  ],
  LayerNormalization: [
    (c) => c.op('LayerNormalization', [c.x([2, 3, 4]), c.x([4]), c.x([4])]),
    (c) => c.op('LayerNormalization', [c.x([2, 3, 4]), c.x([3, 4])], { axis: int(1), epsilon: float(0.01) }),
  ],
  CumSum: [
    (c) => c.op('CumSum', [c.x([2, 3, 4]), c.indices([], [1])]),
    (c) => c.op('CumSum', [c.x([2, 3, 4]), c.indices([], [-1])], { exclusive: int(1) }),
    (c) => c.op('CumSum', [c.x([2, 3, 4]), c.ints(0)], { reverse: int(1) }),
    (c) => c.op('CumSum', [c.x([2, 3, 4]), c.ints(2)], { reverse: int(1), exclusive: int(1) }),
  ],
  Reshape: [
    (c) => c.op('Reshape', [c.x([2, 3, 4]), c.ints(0, -1)]),
    (c) => c.op('Reshape', [c.x([2, 3, 4]), c.ints(4, 3, 2, 1)]),
    (c) => c.op('Reshape', [c.x([1]), c.indices([0], [])]),
  ],
  Flatten: [-1, 0, 1, 2, 3].map(
    (axis): Build =>
      (c) =>
        c.op('Flatten', [c.x([2, 3, 4])], { axis: int(axis) }),
  ),
  Squeeze: [(c) => c.op('Squeeze', [c.x([1, 3, 1])]), (c) => c.op('Squeeze', [c.x([1, 3, 1]), c.ints(-1)])],
  Unsqueeze: [(c) => c.op('Unsqueeze', [c.x([2, 3]), c.ints(0, -1)])],
  Transpose: [
    (c) => c.op('Transpose', [c.x([2, 3, 4])]),
    (c) => c.op('Transpose', [c.x([2, 3, 4])], { perm: ints(1, 2, 0) }),
  ],
  Concat: [
    (c) => c.op('Concat', [c.x([2, 1, 4]), c.x([2, 3, 4]), c.x([2, 2, 4])], { axis: int(1) }),
    (c) => c.op('Concat', [c.x([2, 3]), c.x([2, 1])], { axis: int(-1) }),
  ],
  Split: [(c) => c.split([c.x([2, 6, 3]), c.ints(1, 3, 2)], 3, 1), (c) => c.split([c.x([2, 6])], 2, -1)],
  Slice: [
    (c) => c.op('Slice', [c.x([4, 5, 6]), c.ints(1, -3), c.ints(4, 100), c.ints(0, 2)]),
    (c) => c.op('Slice', [c.x([4, 5, 6]), c.ints(-1), c.ints(-100), c.ints(1), c.ints(-2)]),
    (c) => c.op('Slice', [c.x([4, 5]), c.ints(0, 1), c.ints(3, 5), c.ints(0, 1), c.ints(2, 3)]),
    (c) => c.op('Slice', [c.x([4, 5]), c.ints(1), c.ints(2)]),
  ],
  Pad: [
    (c) => c.op('Pad', [c.x([2, 3]), c.ints(1, 0, 2, 3)]),
    (c) => c.op('Pad', [c.x([2, 3]), c.ints(1, -1, 0, 3), c.scalar(0.5)], { mode: string('constant') }),
    (c) => c.op('Pad', [c.x([2, 4, 5]), c.ints(3, 2, 1, 4), '', c.ints(1, -1)], { mode: string('reflect') }),
    (c) => c.op('Pad', [c.x([2, 4, 5]), c.ints(0, 5, 2, 1, 4, 0)], { mode: string('edge') }),
  ],
  Expand: [
    (c) => c.op('Expand', [c.x([3, 1]), c.ints(2, 1, 4)]),
    (c) => c.op('Expand', [c.x([]), c.ints(2, 2)]),
    (c) => c.op('Expand', [c.x([2, 3, 4]), c.ints(3, 1)]),
  ],
  Tile: [(c) => c.op('Tile', [c.x([2, 3]), c.ints(2, 3)])],
  Gather: [
    (c) => c.op('Gather', [c.x([3, 4]), c.indices([2, 2], [0, 2, -1, 1])]),
    (c) => c.op('Gather', [c.x([2, 3, 4]), c.ints(2, 0, 2)], { axis: int(1) }),
    (c) => c.op('Gather', [c.x([2, 3, 4]), c.indices([], [-2])], { axis: int(-1) }),
  ],
  GatherElements: [
    (c) => c.op('GatherElements', [c.x([3, 4]), c.indices([2, 3], [0, 2, -1, 1, 0, 0])]),
    (c) => c.op('GatherElements', [c.x([2, 3, 2]), c.indices([2, 1, 2], [0, 2, -1, 1])], { axis: int(1) }),
  ],
  ScatterElements: [
    (c) => c.op('ScatterElements', [c.x([3, 4]), c.indices([2, 3], [0, 2, -1, 1, 0, 0]), c.x([2, 3])]),
    (c) =>
      c.op('ScatterElements', [c.x([2, 5]), c.indices([2, 3], [0, 2, 0, 1, 1, -1]), c.x([2, 3])], {
        axis: int(1),
        reduction: string('add'),
      }),
  ],
  ScatterND: [
    (c) => c.op('ScatterND', [c.x([3, 4, 2]), c.indices([2, 2], [0, 1, 2, -1]), c.x([2, 2])]),
    (c) =>
      c.op('ScatterND', [c.x([3, 4]), c.indices([3, 1], [2, 0, 2]), c.x([3, 4])], {
        reduction: string('add'),
      }),
  ],
  Shape: [
    (c) => c.op('Shape', [c.x([2, 3, 4])]),
    (c) => c.op('Shape', [c.x([2, 3, 4])], { start: int(-2), end: int(2) }),
  ],
  Range: [
    (c) => c.op('Range', [c.indices([], [7]), c.indices([], [0]), c.indices([], [-2])]),
    (c) => c.op('Range', [c.scalar(0), c.scalar(1), c.scalar(0.3)]),
  ],
  ConstantOfShape: [
    (c) => c.op('ConstantOfShape', [c.ints(2, 3)]),
    (c) =>
      c.op('ConstantOfShape', [c.ints(2, 3)], {
        value: { tensor: { type: 'int64', dims: [1], data: BigInt64Array.of(4n) } },
      }),
  ],
  Constant: [
    (c) =>
      c.op('Constant', [], {
        value: { tensor: { type: 'float32', dims: [2], data: Float32Array.of(1, 2) } },
      }),
    (c) => c.op('Constant', [], { value_floats: { floats: [0.5, 2] } }),
    (c) => c.op('Constant', [], { value_ints: ints(3, 4) }),
    (c) => c.op('Constant', [], { value_float: float(0.25) }),
  ],
  DepthToSpace: ['DCR', 'CRD'].map(
    (mode): Build =>
      (c) =>
        c.op('DepthToSpace', [c.x([2, 12, 2, 3])], { blocksize: int(2), mode: string(mode) }),
  ),
  SpaceToDepth: [(c) => c.op('SpaceToDepth', [c.x([2, 3, 4, 6])], { blocksize: int(2) })],
  OneHot: [
    (c) => c.op('OneHot', [c.ints(0, -1, 2, 5), c.ints(3), c.floats(0.5, 2)]),
    (c) => c.op('OneHot', [c.indices([2, 2], [0, 1, 2, 1]), c.ints(3), c.floats(0, 1)], { axis: int(1) }),
  ],
};

describe('the reference interpreter', () => {
  test('has a case for every operator that it knows', () => {
    expect(Object.keys(CASES).sort()).toEqual(Object.keys(KERNELS).sort());
  });

  test.each(Object.entries(CASES))('does %s as ONNX Runtime does', async (op, builds) => {
    // All cases in one graph: opening a model costs more than running it.
    const c = new Case(op.length);
    const names = builds.map((build) => [build(c)].flat());
    const { graph } = c.builder;
    const made = interpret(graph, c.feeds);
    graph.outputs = names.flat().map((name) => ({ ...made.get(name)!, name }));
    const run = await runBytes(ort, writeOnnx(graph), c.feeds);
    names.forEach((outputs, index) => {
      for (const name of outputs) {
        const { data, dims } = made.get(name)!;
        expect([op, index, ...run[name]!.dims]).toEqual([op, index, ...dims]);
        const other = Array.from(run[name]!.data, Number);
        const largest = Math.max(1e-30, ...data.map(Math.abs));
        const apart = Math.max(...data.map((x, at) => Math.abs(x - other[at]!)));
        expect(apart / largest, `${op}, case ${index}: ${data} is not ${other}`).toBeLessThan(1e-5);
      }
    });
  });

  test('keeps in doubles what float32 would lose', () => {
    const c = new Case(1);
    const sum = c.op('Add', [c.x([1]), c.scalar(1)]);
    const back = c.op('Sub', [sum, c.scalar(1)]);
    const feeds: Record<string, Feed> = { x2: { data: [1e-12], dims: [1] } };
    expect(interpret(c.builder.graph, feeds).get(back)!.data[0]).toBeCloseTo(1e-12, 15);
  });

  test('lets a feed stand in for a weight', () => {
    const c = new Case(1);
    const weight = c.floats(1, 2);
    const doubled = c.op('Add', [weight, weight]);
    const { data } = interpret(c.builder.graph, { [weight]: { data: [3, 4], dims: [2] } }).get(doubled)!;
    expect([...data]).toEqual([6, 8]);
  });

  test('names the operator that it does not know, and the attribute that it does not read', () => {
    const unknown = new Case(1);
    unknown.op('Einsum', [unknown.x([2])], { equation: string('i->i') });
    expect(() => interpret(unknown.builder.graph, unknown.feeds)).toThrow(/no kernel for Einsum/);
    const odd = new Case(1);
    pool('MaxPool', { kernel_shape: ints(2, 2), ceil_mode: int(1) })(odd);
    expect(() => interpret(odd.builder.graph, odd.feeds)).toThrow(/MaxPool/);
  });

  test('knows the error function to the last places', () => {
    // Of the tables of Abramowitz and Stegun (7.1) and of mpmath.
    expect(Math.abs(erf(0.5) - 0.520_499_877_813_046_5)).toBeLessThan(3e-16);
    expect(Math.abs(erf(1) - 0.842_700_792_949_714_9)).toBeLessThan(3e-16);
    expect(Math.abs(erf(-2) + 0.995_322_265_018_952_7)).toBeLessThan(3e-16);
    expect(Math.abs(erf(4) - 0.999_999_984_582_742_1)).toBeLessThan(3e-16);
    expect([erf(0), erf(7), erf(-7)]).toEqual([0, 1, -1]);
  });
});
