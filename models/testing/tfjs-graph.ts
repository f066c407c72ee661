import { randomFloats } from './random.ts';

const node = (name: string, op: string, input: string[] = [], attr: Record<string, unknown> = {}) => ({
  name,
  op,
  input,
  attr,
});
const type = (name: string) => ({ type: `DT_${name}` });
const PICTURE = { shape: { shape: { dim: [-1, -1, -1, 3].map((size) => ({ size: String(size) })) } } };

/** A graph model that doubles a picture as Keras writes it: pixels repeated by a Tile between two reshapes. */
export function doublingGraphModel() {
  const whole = { T: type('INT32') };
  const slice = { ...whole, shrink_axis_mask: { i: '1' } };
  const ints: Record<string, readonly number[]> = {
    ...{ one: [1], two: [2], three: [3], factor: [2], unit: [1], channels: [3] },
    repeats: [1, 1, 2, 1, 2, 1],
  };
  const scalars = new Set(['factor', 'unit', 'channels']);
  const nodes = [
    node('x', 'Placeholder', [], { dtype: type('FLOAT'), ...PICTURE }),
    ...Object.keys(ints).map((name) => node(name, 'Const')),
    node('shape', 'Shape', ['x']),
    node('height', 'StridedSlice', ['shape', 'one', 'two', 'one'], slice),
    node('width', 'StridedSlice', ['shape', 'two', 'three', 'one'], slice),
    node('six', 'Pack', ['unit', 'height', 'unit', 'width', 'unit', 'channels'], { axis: { i: '0' } }),
    node('apart', 'Reshape', ['x', 'six']),
    node('tiled', 'Tile', ['apart', 'repeats']),
    node('rows', 'Mul', ['height', 'factor'], whole),
    node('columns', 'Mul', ['width', 'factor'], whole),
    node('four', 'Pack', ['unit', 'rows', 'columns', 'channels'], { axis: { i: '0' } }),
    node('made', 'Reshape', ['tiled', 'four']),
  ];
  const specs = Object.entries(ints).map(([name, values]) => ({
    name,
    shape: scalars.has(name) ? [] : [values.length],
    dtype: 'int32',
  }));
  const json = {
    format: 'graph-model',
    signature: { outputs: { made: { name: 'made:0' } } },
    modelTopology: { node: nodes, library: {} },
    weightsManifest: [{ paths: ['shard.bin'], weights: specs }],
  };
  return {
    text: JSON.stringify(json),
    bytes: new Uint8Array(Int32Array.from(Object.values(ints).flat()).buffer),
  };
}

/** A tiny graph model as TensorFlow.js writes it: relu(x W) + x, with its sizes computed node by node. */
export function tinyGraphModel({ quantised = false } = {}) {
  const b64 = (text: string) => ({ s: Buffer.from(text).toString('base64') });
  const whole = { T: type('INT32') };
  const slice = { ...whole, shrink_axis_mask: { i: '1' } };
  const constants = ['matrix', 'zero', 'one', 'two', 'three'];
  const nodes = [
    node('x', 'Placeholder', [], { dtype: type('FLOAT'), ...PICTURE }),
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
