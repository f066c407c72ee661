import type { GraphNode } from '../graph/graph.ts';
import { type Build, type Case, float, int, ints, string } from './reference/case.ts';

type Attributes = GraphNode['attributes'];
type Shapes = readonly (readonly number[])[];
type Cases = Readonly<Record<string, readonly Build[]>>;

const each = (ops: string, builds: (op: string) => readonly Build[]): Cases =>
  Object.fromEntries(ops.split(' ').map((op) => [op, builds(op)]));

/** An operator of random inputs of these sizes, between `low` and `high`. */
const on =
  (op: string, shapes: Shapes, attributes: Attributes = {}, low = -2, high = 2): Build =>
  (c) =>
    c.op(
      op,
      shapes.map((dims) => c.x(dims, low, high)),
      attributes,
    );

const unary = (ops: string, low?: number, high?: number): Cases =>
  each(ops, (op) => [on(op, [[2, 3, 2]], {}, low, high)]);

/** Repeated on the right, on the left, on both sides, from a lone number, and not at all. */
const PAIRS: readonly Shapes[] = [
  [
    [2, 3],
    [2, 3],
  ],
  [
    [2, 3, 2],
    [3, 1],
  ],
  [[2], [3, 2]],
  [
    [1, 4],
    [2, 3, 1],
  ],
  [[2, 3], []],
];

const binary = (ops: string, low?: number, high?: number): Cases =>
  each(ops, (op) => PAIRS.map((pair) => on(op, pair, {}, low, high)));

const toFloat = (c: Case, value: string) => c.op('Cast', [value], { to: int(1) });

const reduced = (ops: string): Cases =>
  each(ops, (op) => [
    on(op, [[2, 3, 4]]),
    (c) => c.op(op, [c.x([2, 3, 4]), c.ints(1)], { keepdims: int(0) }),
    (c) => c.op(op, [c.x([2, 3, 4]), c.ints(0, -1)]),
    (c) => c.op(op, [c.x([2, 3, 4])], { keepdims: int(0) }),
    (c) => c.op(op, [c.x([5, 1]), c.ints(1)], { keepdims: int(0) }),
  ]);

const resized = (c: Case, scales: readonly number[], attributes: Attributes) =>
  c.op('Resize', [c.x([1, 2, 4, 5]), '', c.floats(...scales)], attributes);

const RESIZE: readonly Build[] = ['asymmetric', 'half_pixel', 'align_corners'].flatMap((coordinates) =>
  [
    { mode: string('linear') },
    { mode: string('nearest'), nearest_mode: string('floor') },
    { mode: string('nearest'), nearest_mode: string('round_prefer_floor') },
  ].flatMap((mode): Build[] => {
    const attributes = { ...mode, coordinate_transformation_mode: string(coordinates) };
    const axes = { ...attributes, axes: ints(-2, -1) };
    return [
      (c) => resized(c, [1, 1, 2, 3], attributes),
      (c) => resized(c, [1, 1, 0.5, 1.5], attributes),
      // So little that no pixel is added, and yet the pixels are others.
      (c) => resized(c, [1, 1, 1.125, 2], attributes),
      (c) => resized(c, [2, 1.125], axes),
      (c) => c.op('Resize', [c.x([1, 2, 4, 6]), '', '', c.ints(1, 2, 8, 3)], attributes),
      (c) => c.op('Resize', [c.x([1, 2, 4, 6]), '', '', c.ints(2, 12)], axes),
    ];
  }),
);

/** Convolutions, with a bias where a third shape is given. */
const CONV: readonly Build[] = [
  on('Conv', [
    [2, 3, 4, 5],
    [2, 3, 3, 3],
  ]),
  on('Conv', [[2, 2, 5, 6], [3, 2, 3, 3], [3]], { pads: ints(1, 1, 1, 1) }),
  on('Conv', [[2, 2, 6, 7], [3, 2, 3, 3], [3]], { pads: ints(1, 1, 1, 1), strides: ints(2, 2) }),
  on(
    'Conv',
    [
      [1, 2, 7, 6],
      [3, 2, 3, 2],
    ],
    { pads: ints(1, 0, 2, 1), strides: ints(2, 3) },
  ),
  on(
    'Conv',
    [
      [1, 2, 7, 8],
      [2, 2, 3, 3],
    ],
    { dilations: ints(2, 3), pads: ints(2, 3, 2, 3) },
  ),
  on(
    'Conv',
    [
      [1, 2, 8, 7],
      [2, 2, 3, 2],
    ],
    { dilations: ints(2, 2), strides: ints(2, 3) },
  ),
  on('Conv', [[2, 4, 5, 5], [6, 2, 3, 3], [6]], {
    group: int(2),
    strides: ints(2, 2),
    pads: ints(1, 1, 1, 1),
  }),
  on(
    'Conv',
    [
      [2, 3, 5, 4],
      [3, 1, 3, 3],
    ],
    { group: int(3), auto_pad: string('SAME_UPPER') },
  ),
  on(
    'Conv',
    [
      [1, 2, 6, 5],
      [2, 2, 4, 4],
    ],
    { auto_pad: string('SAME_LOWER'), strides: ints(2, 2) },
  ),
  on(
    'Conv',
    [
      [1, 2, 5, 5],
      [2, 2, 2, 4],
    ],
    { auto_pad: string('VALID') },
  ),
  on('Conv', [[2, 3, 9], [2, 3, 3], [2]], { strides: ints(2), pads: ints(1, 2), dilations: ints(2) }),
  on('Conv', [[2, 3, 4, 4], [2, 3, 1, 1], [2]], { strides: ints(2, 2) }),
  // A window of many taps is not taken apart into them.
  on(
    'Conv',
    [
      [2, 2, 8, 9],
      [2, 2, 6, 5],
    ],
    { pads: ints(1, 0, 0, 1) },
  ),
];

const CONV_TRANSPOSE: readonly Build[] = [
  on('ConvTranspose', [
    [2, 3, 3, 4],
    [3, 2, 3, 3],
  ]),
  on('ConvTranspose', [[2, 2, 3, 4], [2, 3, 3, 2], [3]], {
    strides: ints(2, 3),
    pads: ints(1, 0, 0, 1),
    output_padding: ints(1, 2),
  }),
  on('ConvTranspose', [[1, 2, 3, 3], [2, 2, 4, 4], [2]], { strides: ints(2, 2), pads: ints(1, 1, 1, 1) }),
  on('ConvTranspose', [[2, 4, 4, 3], [4, 2, 3, 3], [4]], { group: int(2), dilations: ints(2, 1) }),
  on(
    'ConvTranspose',
    [
      [1, 3, 3, 3],
      [3, 1, 3, 3],
    ],
    { group: int(3), strides: ints(2, 2) },
  ),
  on('ConvTranspose', [[2, 3, 5], [3, 2, 4], [2]], { strides: ints(2), pads: ints(1, 1) }),
];

const AVERAGE_POOL: readonly Build[] = [
  on('AveragePool', [[2, 2, 4, 5]], { kernel_shape: ints(2, 3) }),
  on('AveragePool', [[1, 2, 6, 7]], { kernel_shape: ints(2, 2), strides: ints(2, 2) }),
  on('AveragePool', [[1, 2, 5, 6]], {
    kernel_shape: ints(3, 3),
    strides: ints(2, 2),
    pads: ints(1, 1, 1, 1),
  }),
  on('AveragePool', [[1, 2, 5, 4]], {
    kernel_shape: ints(3, 3),
    pads: ints(1, 0, 1, 2),
    count_include_pad: int(1),
  }),
  on('AveragePool', [[2, 2, 9]], { kernel_shape: ints(3), strides: ints(2) }),
];

const MAX_POOL: readonly Build[] = [
  on('MaxPool', [[2, 2, 4, 6]], { kernel_shape: ints(2, 2), strides: ints(2, 2) }),
  on('MaxPool', [[1, 2, 5, 6]], { kernel_shape: ints(3, 3), strides: ints(2, 1), pads: ints(1, 1, 1, 1) }),
  on('MaxPool', [[1, 2, 6, 5]], { kernel_shape: ints(3, 2), dilations: ints(2, 1) }),
];

const PAD: readonly Build[] = [
  (c) => c.op('Pad', [c.x([2, 3]), c.ints(1, 0, 2, 3)]),
  (c) => c.op('Pad', [c.x([3, 4]), c.ints(-1, 1, 2, -2), c.scalar(0.5)], { mode: string('constant') }),
  (c) => c.op('Pad', [c.x([2, 4, 5]), c.ints(3, 2, 1, 4), '', c.ints(1, -1)], { mode: string('reflect') }),
  (c) => c.op('Pad', [c.x([2, 3, 2]), c.ints(0, 4, 2, 1, 3, 0)], { mode: string('edge') }),
  (c) => c.op('Pad', [c.x([1, 2, 3, 4]), c.ints(0, 0, 1, 1, 0, 0, 2, 1)], { mode: string('reflect') }),
];

const SLICE: readonly Build[] = [
  (c) => c.op('Slice', [c.x([3, 4, 3]), c.ints(1, -3), c.ints(3, 100), c.ints(0, 2)]),
  (c) => c.op('Slice', [c.x([2, 5, 2]), c.ints(-1), c.ints(-100), c.ints(1), c.ints(-2)]),
  (c) => c.op('Slice', [c.x([4, 5]), c.ints(0, 1), c.ints(3, 5), c.ints(0, 1), c.ints(2, 3)]),
  (c) => c.op('Slice', [c.x([4, 5]), c.ints(1, 0), c.ints(3, 5), c.ints(0, 1), c.ints(1, 2)]),
  (c) => c.op('Slice', [c.x([4, 5]), c.ints(0), c.ints(4)]),
];

const GATHER: readonly Build[] = [
  (c) => c.op('Gather', [c.x([3, 4]), c.indices([2, 2], [0, 2, -1, 0])]),
  (c) => c.op('Gather', [c.x([2, 3, 2]), c.ints(2, 0, 2)], { axis: int(1) }),
  (c) => c.op('Gather', [c.x([2, 3, 4]), c.indices([], [-2])], { axis: int(-1) }),
];

/** Operators that stand still wherever they have a slope, and whose gradient is nothing at all. */
const LEVEL_CASES: Cases = {
  ...unary('Sign Floor Ceil Round'),
  ...each('Greater Less GreaterOrEqual LessOrEqual Equal', (op) => [
    (c) => toFloat(c, c.op(op, [c.x([2, 3]), c.x([3])])),
  ]),
  ...each('And Or', (op) => [(c) => toFloat(c, c.op(op, [c.flags([2, 3]), c.flags([3])]))]),
  Not: [(c) => toFloat(c, c.op('Not', [c.flags([4])]))],
  Shape: [(c) => toFloat(c, c.op('Shape', [c.x([2, 3])]))],
  Size: [(c) => toFloat(c, c.op('Size', [c.x([2, 3])]))],
  Range: [
    (c) => {
      const [start, step] = [c.indices([], [0]), c.indices([], [2])];
      return toFloat(c, c.op('Range', [start, c.op('Size', [c.x([2, 3])]), step]));
    },
  ],
  ConstantOfShape: [(c) => c.op('ConstantOfShape', [c.op('Shape', [c.x([2, 3])])])],
};

export const LEVEL: ReadonlySet<string> = new Set(Object.keys(LEVEL_CASES));

/**
 * Small networks of one node for every rule, in the forms that its attributes make. Inputs keep away from where an
 * operator has no slope: from logarithms of nothing by their range, from kinks by their seeds.
 */
export const GRADIENT_CASES: Cases = {
  ...LEVEL_CASES,
  Cast: [
    (c) => toFloat(c, c.op('Mul', [c.x([4]), c.x([4])])),
    (c) => toFloat(c, c.op('Cast', [c.x([4])], { to: int(11) })),
    // Whole numbers stand still: what comes back goes by them.
    (c) => {
      const x = c.x([4]);
      return c.op('Mul', [x, toFloat(c, c.op('Cast', [c.op('Exp', [x])], { to: int(7) }))]);
    },
  ],
  OneHot: [
    (c) => c.op('OneHot', [c.indices([4], [0, 2, 1, -1]), c.ints(3), c.x([2])]),
    (c) => c.op('OneHot', [c.indices([2, 2], [0, 2, 1, 2]), c.ints(3), c.x([2])], { axis: int(0) }),
    (c) => {
      const found = c.op('Cast', [c.x([4], 0, 3)], { to: int(7) });
      return c.op('OneHot', [found, c.ints(3), c.x([2])], { axis: int(1) });
    },
  ],
  ...unary('Abs Exp Sin Cos Tanh Sigmoid Softplus Softsign Erf Relu Identity Neg'),
  ...unary('Log Sqrt Reciprocal', 0.4, 2),
  ...binary('Add Sub Mul'),
  ...binary('Div Pow', 0.5, 2),
  ...reduced('ReduceSum ReduceMean ReduceMax ReduceMin ReduceSumSquare ReduceL2'),
  ...each('Max Min', (op) => [
    ...PAIRS.map((pair) => on(op, pair)),
    on(op, [[2, 3], [3], [2, 1]]),
    on(op, [[4]]),
  ]),
  ...each('Softmax LogSoftmax', (op) => [on(op, [[2, 3, 4]]), on(op, [[2, 3, 2]], { axis: int(1) })]),
  LeakyRelu: [on('LeakyRelu', [[9]]), on('LeakyRelu', [[9]], { alpha: float(0.25) })],
  Elu: [on('Elu', [[9]]), on('Elu', [[9]], { alpha: float(0.75) })],
  HardSigmoid: [
    on('HardSigmoid', [[12]], {}, -5, 5),
    on('HardSigmoid', [[12]], { alpha: float(0.75), beta: float(0.125) }),
  ],
  PRelu: [
    on('PRelu', [
      [2, 3, 4],
      [3, 1],
    ]),
    on('PRelu', [
      [2, 3],
      [2, 3],
    ]),
    on('PRelu', [[2, 3], [1]]),
  ],
  Pow: [
    ...PAIRS.map((pair) => on('Pow', pair, {}, 0.5, 2)),
    // Below nothing as well: what is squared may be.
    ...[2, 3].map(
      (exponent): Build =>
        (c) =>
          c.op('Pow', [c.x([2, 3]), c.scalar(exponent)]),
    ),
  ],
  Where: [
    (c) => c.op('Where', [c.flags([3, 1]), c.x([2, 1, 4]), c.x([4])]),
    (c) => c.op('Where', [c.flags([2, 3]), c.x([2, 3]), c.x([2, 3])]),
    (c) => c.op('Where', [c.flags([2, 3]), c.x([]), c.x([3])]),
  ],
  Clip: [
    (c) => c.op('Clip', [c.x([9]), c.scalar(-0.5), c.scalar(1)]),
    (c) => c.op('Clip', [c.x([9]), '', c.scalar(1)]),
    (c) => c.op('Clip', [c.x([9]), c.scalar(0.125)]),
    (c) => c.op('Clip', [c.x([9])]),
  ],
  MatMul: [
    [
      [2, 3],
      [3, 4],
    ],
    [
      [2, 2, 2, 3],
      [2, 3, 4],
    ],
    [
      [3, 1, 2, 3],
      [2, 3, 2],
    ],
    [
      [2, 3],
      [2, 3, 2],
    ],
    [
      [2, 4, 3],
      [3, 2],
    ],
    [
      [2, 2, 4, 3],
      [3, 2],
    ],
  ].map((shapes) => on('MatMul', shapes)),
  Gemm: [
    on('Gemm', [
      [2, 3],
      [3, 4],
    ]),
    on('Gemm', [[3, 2], [3, 4], [4]], { transA: int(1), alpha: float(0.5) }),
    on(
      'Gemm',
      [
        [2, 3],
        [4, 3],
        [2, 1],
      ],
      { transB: int(1), beta: float(2) },
    ),
    on(
      'Gemm',
      [
        [3, 2],
        [4, 3],
        [2, 4],
      ],
      { transA: int(1), transB: int(1), alpha: float(2) },
    ),
    on('Gemm', [[2, 3], [3, 4], []]),
  ],
  LayerNormalization: [
    on('LayerNormalization', [[2, 3, 4], [4], [4]]),
    on(
      'LayerNormalization',
      [
        [2, 3, 4],
        [3, 4],
      ],
      { axis: int(1), epsilon: float(0.0625) },
    ),
  ],
  InstanceNormalization: [
    on('InstanceNormalization', [[2, 3, 3, 2], [3], [3]], { epsilon: float(0.0625) }),
    on('InstanceNormalization', [[2, 3, 5], [3], [3]]),
  ],
  BatchNormalization: [
    on('BatchNormalization', [[2, 3, 2, 2], [3], [3], [3], [3]], { epsilon: float(0.0625) }, 0.5, 2),
    on('BatchNormalization', [[4, 3], [3], [3], [3], [3]], {}, 0.5, 2),
  ],
  Reshape: [
    (c) => c.op('Reshape', [c.x([2, 3, 4]), c.ints(0, -1)]),
    (c) => c.op('Reshape', [c.x([1]), c.indices([0], [])]),
  ],
  Flatten: [-1, 0, 2].map((axis) => on('Flatten', [[2, 3, 2]], { axis: int(axis) })),
  Squeeze: [on('Squeeze', [[1, 3, 1]]), (c) => c.op('Squeeze', [c.x([1, 3, 1]), c.ints(-1)])],
  Unsqueeze: [(c) => c.op('Unsqueeze', [c.x([2, 3]), c.ints(0, -1)])],
  Transpose: [on('Transpose', [[2, 3, 4]]), on('Transpose', [[2, 3, 4]], { perm: ints(1, 2, 0) })],
  Expand: [
    (c) => c.op('Expand', [c.x([3, 1]), c.ints(2, 1, 4)]),
    (c) => c.op('Expand', [c.x([]), c.ints(2, 2)]),
    (c) => c.op('Expand', [c.x([2, 3, 4]), c.ints(3, 1)]),
  ],
  Tile: [(c) => c.op('Tile', [c.x([2, 3]), c.ints(2, 3)]), (c) => c.op('Tile', [c.x([2, 3]), c.ints(1, 2)])],
  Concat: [
    on(
      'Concat',
      [
        [2, 1, 2],
        [2, 3, 2],
        [2, 2, 2],
      ],
      { axis: int(1) },
    ),
    on(
      'Concat',
      [
        [2, 3],
        [2, 1],
      ],
      { axis: int(-1) },
    ),
    // The same value twice.
    (c) => {
      const x = c.x([2, 3]);
      return c.op('Concat', [x, x], { axis: int(0) });
    },
  ],
  Split: [
    (c) => c.split([c.x([2, 6, 2]), c.ints(1, 3, 2)], 3, 1),
    (c) => c.split([c.x([2, 6])], 2, -1),
    // Only one part is read.
    (c) => c.split([c.x([2, 6])], 3, 1).slice(1, 2),
  ],
  Slice: SLICE,
  Pad: PAD,
  Gather: GATHER,
  GatherElements: [
    (c) => c.op('GatherElements', [c.x([3, 4]), c.indices([2, 3], [0, 2, -1, 1, 0, 0])]),
    (c) => c.op('GatherElements', [c.x([2, 3, 2]), c.indices([2, 1, 2], [0, 2, -1, 1])], { axis: int(1) }),
  ],
  ScatterElements: [
    (c) =>
      c.op('ScatterElements', [c.x([2, 5]), c.indices([2, 3], [0, 2, 0, 1, 1, -1]), c.x([2, 3])], {
        axis: int(1),
        reduction: string('add'),
      }),
  ],
  Trilu: [
    on('Trilu', [[2, 3, 4]]),
    (c) => c.op('Trilu', [c.x([4, 4]), c.indices([], [-1])], { upper: int(0) }),
  ],
  CumSum: [{}, { exclusive: int(1) }, { reverse: int(1) }, { exclusive: int(1), reverse: int(1) }].map(
    (attributes): Build =>
      (c) =>
        c.op('CumSum', [c.x([2, 3, 2]), c.indices([], [1])], attributes),
  ),
  Conv: CONV,
  ConvTranspose: CONV_TRANSPOSE,
  AveragePool: AVERAGE_POOL,
  MaxPool: MAX_POOL,
  GlobalAveragePool: [on('GlobalAveragePool', [[2, 2, 3, 2]]), on('GlobalAveragePool', [[2, 3, 4]])],
  Resize: RESIZE,
  DepthToSpace: ['DCR', 'CRD'].map((mode) =>
    on('DepthToSpace', [[1, 8, 2, 3]], { blocksize: int(2), mode: string(mode) }),
  ),
  SpaceToDepth: [on('SpaceToDepth', [[1, 2, 4, 6]], { blocksize: int(2) })],
};
