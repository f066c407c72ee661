import { randomFloats } from './random.ts';

/** A tiny graph model as TensorFlow.js writes it: relu(x W) + x, with its sizes computed node by node. */
export function tinyGraphModel({ quantised = false } = {}) {
  const b64 = (text: string) => ({ s: Buffer.from(text).toString('base64') });
  const type = (name: string) => ({ type: `DT_${name}` });
  const node = (name: string, op: string, input: string[] = [], attr: Record<string, unknown> = {}) => ({
    name,
    op,
    input,
    attr,
  });
  const whole = { T: type('INT32') };
  const slice = { ...whole, shrink_axis_mask: { i: '1' } };
  const shape = { shape: { dim: [-1, -1, -1, 3].map((size) => ({ size: String(size) })) } };
  const constants = ['matrix', 'zero', 'one', 'two', 'three'];
  const nodes = [
    node('x', 'Placeholder', [], { dtype: type('FLOAT'), shape }),
    ...constants.map((name) => node(name, 'Const')),
    node('shape', 'Shape', ['x']),
    node('height', 'StridedSlice', ['shape', 'one', 'two', 'one'], slice),
    node('width', 'StridedSlice', ['shape', 'two', 'three', 'one'], slice),
    node('half', 'FloorDiv', ['height', 'pair'], whole),
    node('pair', 'Const'),
    node('spare', 'FloorMod', ['height', 'pair'], whole),
    node('twice', 'Mul', ['half', 'pair'], whole),
    node('rows', 'AddV2', ['twice', 'spare'], whole),
    node('pixels', 'Mul', ['rows', 'width'], whole),
    node('flat', 'Pack', ['pixels', 'channels'], { axis: { i: '0' } }),
    node('channels', 'Const'),
    node('back', 'Pack', ['batch', 'height', 'width', 'channels'], { axis: { i: '0' } }),
    node('batch', 'Const'),
    node('list', 'Reshape', ['x', 'flat']),
    node('product', 'Einsum', ['list', 'matrix'], { equation: b64('ab,bc->ac') }),
    node('picture', 'Reshape', ['product', 'back']),
    node('positive', 'Relu', ['picture']),
    node('sum', 'AddV2', ['positive', 'x', '^positive'], { T: type('FLOAT') }),
  ];
  const matrix = randomFloats(9, 3, -0.5, 0.5);
  const scale = 1 / 255;
  const stored = quantised ? Uint8Array.from(matrix, (value) => Math.round((value + 0.5) / scale)) : matrix;
  const ints: Record<string, readonly [number, readonly number[]]> = {
    zero: [0, [1]],
    one: [1, [1]],
    two: [2, [1]],
    three: [3, [1]],
    pair: [2, []],
    channels: [3, []],
    batch: [1, []],
  };
  const quantization = { dtype: 'uint8', scale, min: -0.5 };
  const specs: { name: string; shape: number[]; dtype: string; quantization?: object }[] = [
    { name: 'matrix', shape: [3, 3], dtype: 'float32', ...(quantised ? { quantization } : {}) },
    ...Object.entries(ints).map(([name, [, dims]]) => ({ name, shape: [...dims], dtype: 'int32' })),
  ];
  const numbers = Int32Array.from(Object.values(ints), ([value]) => value);
  const bytes = Buffer.concat([new Uint8Array(stored.buffer), new Uint8Array(numbers.buffer)]);
  const json = {
    format: 'graph-model',
    signature: { outputs: { made: { name: 'sum:0' } } },
    modelTopology: { node: nodes, library: {} },
    weightsManifest: [{ paths: ['shard.bin'], weights: specs }],
  };
  return { json, text: JSON.stringify(json), bytes, weights: { matrix } };
}
