import * as ort from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { largestDifference, randomFloats } from '../testing/random.ts';
import { runBytes } from '../testing/run.ts';
import type { Attribute, Graph, GraphNode, Tensor } from './graph.ts';
import { orderNodes } from './order.ts';
import { scaleOf } from './shapes.ts';
import { upgradeOpset } from './upgrade.ts';
import { writeOnnx } from './write.ts';

const node = (
  op: string,
  inputs: string[],
  outputs: string[],
  attributes: Record<string, Attribute> = {},
): GraphNode => ({
  op,
  domain: '',
  name: outputs[0] ?? op,
  inputs,
  outputs,
  attributes,
});
const float = (...values: number[]): Tensor => ({
  type: 'float32',
  dims: [values.length],
  data: Float32Array.from(values),
});

function graphOf(opset: number, nodes: GraphNode[], initializers: Record<string, Tensor> = {}): Graph {
  return {
    name: 'old',
    opset,
    inputs: [{ name: 'input', type: 'float32', dims: [1, 4, 'h', 'w'] }],
    outputs: [{ name: 'output', type: 'float32', dims: ['a', 'b', 'c', 'd'] }],
    nodes,
    initializers: new Map(Object.entries(initializers)),
  };
}

const OLD: [string, number, GraphNode[], Record<string, Tensor>?][] = [
  [
    'Upsample with its scales as an attribute',
    7,
    [
      node('Upsample', ['input'], ['output'], {
        scales: { floats: [1, 1, 2, 2] },
        mode: { string: 'nearest' },
      }),
    ],
  ],
  [
    'Upsample with its scales as an input',
    9,
    [node('Upsample', ['input', 's'], ['output'], { mode: { string: 'linear' } })],
    { s: float(1, 1, 2, 2) },
  ],
  [
    'Resize of opset 10',
    10,
    [node('Resize', ['input', 's'], ['output'], { mode: { string: 'nearest' } })],
    { s: float(1, 1, 3, 3) },
  ],
  [
    'Pad, Clip and Slice by attributes',
    8,
    [
      node('Pad', ['input'], ['p'], { pads: { ints: [0, 0, 1, 2, 0, 0, 3, 1] }, value: { float: 0.5 } }),
      node('Clip', ['p'], ['c'], { max: { float: 0.7 } }),
      node('Slice', ['c'], ['output'], { starts: { ints: [1] }, ends: { ints: [3] }, axes: { ints: [1] } }),
    ],
  ],
  [
    'Squeeze, Unsqueeze and reductions by attributes',
    11,
    [
      node('ReduceMean', ['input'], ['m'], { axes: { ints: [2, 3] }, keepdims: { int: 0 } }),
      node('Unsqueeze', ['m'], ['u'], { axes: { ints: [2, 3] } }),
      node('ReduceSum', ['u'], ['output'], { axes: { ints: [1] } }),
    ],
  ],
  [
    'Split by an attribute and into equal parts',
    12,
    [
      node('Split', ['input'], ['a', 'b'], { axis: { int: 1 }, split: { ints: [1, 3] } }),
      node('Split', ['input'], ['c', 'd'], { axis: { int: 1 } }),
      node('Concat', ['d', 'a', 'b'], ['output'], { axis: { int: 1 } }),
    ],
  ],
  [
    'Dropout and BatchNormalization with what they need for training',
    9,
    [
      node('BatchNormalization', ['input', 's', 's', 's', 's'], ['n'], {
        momentum: { float: 0.9 },
        epsilon: { float: 0.01 },
      }),
      node('Dropout', ['n'], ['output', 'mask'], { ratio: { float: 0.3 } }),
    ],
    { s: float(1, 2, 3, 4) },
  ],
  [
    'constants as nodes',
    14,
    [
      node('Constant', [], ['s'], { value_floats: { floats: [1, 1, 2, 2] } }),
      node('Constant', [], ['one'], {
        value: { tensor: { type: 'float32', dims: [], data: Float32Array.of(1) } },
      }),
      node('Resize', ['input', '', 's'], ['r'], { mode: { string: 'nearest' } }),
      node('Add', ['r', 'one'], ['output']),
    ],
  ],
];

describe('bringing old graphs to opset 18', () => {
  test.each(OLD)('%s (opset %i) gives the same', async (_, opset, nodes, initializers) => {
    const input = { data: randomFloats(4 * 6 * 5, 1), dims: [1, 4, 6, 5] };
    const before = await runBytes(ort, writeOnnx(graphOf(opset, nodes, initializers)), { input });
    const graph = graphOf(opset, nodes, initializers);
    upgradeOpset(graph);
    expect(graph.opset).toBe(18);
    const after = await runBytes(ort, writeOnnx(graph), { input });
    expect(after.output!.dims).toEqual(before.output!.dims);
    expect(largestDifference(before.output!.data, after.output!.data)).toBeLessThan(1e-6);
  });

  test('makes sizes known that the old forms hid', () => {
    const graph = graphOf(7, OLD[0]![2]);
    upgradeOpset(graph);
    expect(scaleOf(graph)).toEqual({ scale: 2, offset: 0 });
  });

  test('leaves a graph at its version where one operator cannot be brought along', () => {
    for (const old of [
      node('Softmax', ['input'], ['output'], { axis: { int: 1 } }),
      node('Dropout', ['input'], ['x', 'output']),
    ]) {
      const graph = graphOf(11, [old]);
      upgradeOpset(graph);
      expect([graph.opset, graph.nodes]).toEqual([11, [old]]);
    }
  });

  test('does not touch newer ones', () => {
    const graph = graphOf(21, [node('Relu', ['input'], ['output'])]);
    upgradeOpset(graph);
    expect(graph.opset).toBe(21);
  });
});

describe('the order of nodes', () => {
  const order = (nodes: GraphNode[]) => {
    const graph = graphOf(18, nodes);
    orderNodes(graph, 'model.onnx');
    return graph.nodes.map(({ outputs }) => outputs[0]);
  };

  test('is mended where a file has another', () => {
    expect(
      order([node('Relu', ['b'], ['output']), node('Relu', ['a'], ['b']), node('Relu', ['input'], ['a'])]),
    ).toEqual(['a', 'b', 'output']);
  });

  test.each<[string, GraphNode[]]>([
    [
      'a circle',
      [node('Add', ['input', 'b'], ['a']), node('Relu', ['a'], ['b']), node('Relu', ['a'], ['output'])],
    ],
    ['a node that reads itself', [node('Add', ['input', 'output'], ['output'])]],
    ['a value made twice', [node('Relu', ['input'], ['output']), node('Relu', ['input'], ['output'])]],
    ['an input that is made', [node('Relu', ['input'], ['input']), node('Relu', ['input'], ['output'])]],
    ['an input that nothing makes', [node('Relu', ['nobody'], ['output'])]],
    ['an output that nothing makes', [node('Relu', ['input'], ['other'])]],
  ])('is refused with %s', (_, nodes) => {
    expect(() => order(nodes)).toThrow(/model\.onnx is damaged/);
  });
});
