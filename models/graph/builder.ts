import type { Attribute, Graph, GraphNode, Tensor } from './graph.ts';

/** Opset 18 is the newest whose operators every execution provider of onnxruntime 1.30 has. */
const OPSET = 18;

/** Further than any axis reaches. */
const MAX_INT = 2 ** 31 - 1;

export interface ConvOptions {
  /** OIHW: [out, in / groups, kernelHeight, kernelWidth]. */
  weight: Float32Array;
  dims: readonly [number, number, number, number];
  bias?: Float32Array;
  /** Pixels of zero padding: top, left, bottom, right. */
  pads?: readonly [number, number, number, number];
  strides?: readonly [number, number];
  dilations?: readonly [number, number];
  groups?: number;
  /** Leaves `pads` to the operator: as much as keeps ceil(size / stride). */
  autoPad?: 'SAME_UPPER' | 'SAME_LOWER';
}

/** A size that only a run can tell: the name of an int64 vector with one element. */
export interface Size {
  readonly value: string;
}

export interface ResizeOptions {
  mode: 'nearest' | 'linear' | 'cubic';
  /** How an output pixel's place maps to the input: pixel centres, or floor(x / scale). */
  coordinates: 'half_pixel' | 'asymmetric' | 'align_corners';
}

/**
 * Builds a graph node by node. Every helper returns the name of the value it makes; values are NCHW float32.
 * Weights given are kept, not copied: hand over arrays that nobody else writes.
 */
export class GraphBuilder {
  readonly graph: Graph;
  #next = 0;
  /** Sizes and vectors that are there already. */
  readonly #made = new Map<string, string>();

  constructor(name: string) {
    this.graph = { name, opset: OPSET, inputs: [], outputs: [], nodes: [], initializers: new Map() };
  }

  /** Declares the one picture input, [1, channels, height, width] with free height and width. */
  input(channels: number, name = 'input'): string {
    this.graph.inputs.push({ name, type: 'float32', dims: [1, channels, 'height', 'width'] });
    return name;
  }

  /** Declares another input of floats. */
  extraInput(name: string, dims: readonly (number | string)[]): string {
    this.graph.inputs.push({ name, type: 'float32', dims });
    return name;
  }

  /** Gives x a larger shape by repeating it along axes of size 1. */
  expand(x: string, dims: readonly (number | Size)[]): string {
    return this.node('Expand', [x, this.#vector(dims)]);
  }

  /** Declares `value` as the picture output under `name`. */
  output(value: string, channels: number, name = 'output'): void {
    this.extraOutput(value, name, [1, channels, 'output_height', 'output_width']);
  }

  /** Declares `value` as another output of floats. */
  extraOutput(value: string, name: string, dims: readonly (number | string)[]): void {
    this.node('Identity', [value], {}, name);
    this.graph.outputs.push({ name, type: 'float32', dims });
  }

  /** Adds any operator with one output. */
  node(op: string, inputs: string[], attributes: GraphNode['attributes'] = {}, output?: string): string {
    const value = output ?? this.#name(op);
    this.graph.nodes.push({ op, domain: '', name: `n_${value}`, inputs, outputs: [value], attributes });
    return value;
  }

  constant(data: Float32Array, dims: readonly number[], hint = 'c'): string {
    return this.tensor({ type: 'float32', dims, data }, hint);
  }

  ints(values: readonly number[]): string {
    const data = BigInt64Array.from(values, BigInt);
    return this.tensor({ type: 'int64', dims: [values.length], data }, 'ints');
  }

  scalar(value: number): string {
    return this.constant(Float32Array.of(value), [], 'scalar');
  }

  conv(x: string, options: ConvOptions): string {
    const inputs = [x, this.constant(options.weight, options.dims, 'weight')];
    if (options.bias) inputs.push(this.constant(options.bias, [options.bias.length], 'bias'));
    const [, , kernelHeight, kernelWidth] = options.dims;
    const attributes: Record<string, Attribute> = {
      kernel_shape: { ints: [kernelHeight, kernelWidth] },
      strides: { ints: options.strides ?? [1, 1] },
      dilations: { ints: options.dilations ?? [1, 1] },
      group: { int: options.groups ?? 1 },
    };
    if (options.autoPad) attributes.auto_pad = { string: options.autoPad };
    else attributes.pads = { ints: options.pads ?? [0, 0, 0, 0] };
    return this.node('Conv', inputs, attributes);
  }

  /** x where x >= 0, slope[channel] * x below. */
  prelu(x: string, slope: Float32Array): string {
    return this.node('PRelu', [x, this.constant(slope, [slope.length, 1, 1], 'slope')]);
  }

  leakyRelu(x: string, slope: number): string {
    return this.node('LeakyRelu', [x], { alpha: { float: slope } });
  }

  relu(x: string): string {
    return this.node('Relu', [x]);
  }

  sigmoid(x: string): string {
    return this.node('Sigmoid', [x]);
  }

  /** x * sigmoid(x), also called SiLU. */
  swish(x: string): string {
    return this.mul(x, this.sigmoid(x));
  }

  add(a: string, b: string): string {
    return this.node('Add', [a, b]);
  }

  sub(a: string, b: string): string {
    return this.node('Sub', [a, b]);
  }

  mul(a: string, b: string): string {
    return this.node('Mul', [a, b]);
  }

  /** Multiplies by one number; by 1 it adds nothing. */
  scale(x: string, factor: number): string {
    return factor === 1 ? x : this.mul(x, this.scalar(factor));
  }

  concat(values: string[], axis = 1): string {
    return this.node('Concat', values, { axis: { int: axis } });
  }

  /** CRD is PyTorch's pixel_shuffle (channel outermost), DCR is TensorFlow's depth_to_space. */
  depthToSpace(x: string, block: number, mode: 'CRD' | 'DCR' = 'CRD'): string {
    return this.node('DepthToSpace', [x], { blocksize: { int: block }, mode: { string: mode } });
  }

  /** Scales height and width by the given factors; cubic takes a = -0.75 and edges repeat their last pixel. */
  resize(x: string, height: number, width: number, options: ResizeOptions): string {
    const scales = this.constant(Float32Array.of(1, 1, height, width), [4], 'scales');
    const attributes: Record<string, Attribute> = {
      mode: { string: options.mode },
      coordinate_transformation_mode: { string: options.coordinates },
    };
    if (options.mode === 'nearest') attributes.nearest_mode = { string: 'floor' };
    if (options.mode === 'cubic') attributes.cubic_coeff_a = { float: -0.75 };
    return this.node('Resize', [x, '', scales], attributes);
  }

  /** x * (1 + erf(x / sqrt 2)) / 2, the exact form; a pass makes one node of it. */
  gelu(x: string): string {
    const erf = this.node('Erf', [this.scale(x, Math.SQRT1_2)]);
    return this.scale(this.mul(x, this.node('Add', [erf, this.scalar(1)])), 0.5);
  }

  /** Makes the axes of x come in the order of `perm`. */
  transpose(x: string, perm: readonly number[]): string {
    return this.node('Transpose', [x], { perm: { ints: perm } });
  }

  matmul(a: string, b: string): string {
    return this.node('MatMul', [a, b]);
  }

  softmax(x: string, axis = -1): string {
    return this.node('Softmax', [x], { axis: { int: axis } });
  }

  /** Means over the given axes, which stay as ones. */
  mean(x: string, axes: readonly number[]): string {
    return this.node('ReduceMean', [x, this.ints(axes)], { keepdims: { int: 1 } });
  }

  /** Elements `from` (inclusive) to `to` (exclusive; left out: all) of one axis; negative numbers count from the end. */
  slice(x: string, axis: number, from: number | Size, to: number | Size = MAX_INT): string {
    return this.node('Slice', [x, this.#vector([from]), this.#vector([to]), this.ints([axis])]);
  }

  /** Cuts an axis into parts of the given sizes. */
  split(x: string, axis: number, sizes: readonly number[]): string[] {
    let from = 0;
    return sizes.map((size) => {
      from += size;
      return this.slice(x, axis, from - size, from);
    });
  }

  /** Cuts an axis into three parts of `size` each: queries, keys and values come joined. */
  thirds(x: string, axis: number, size: number): [string, string, string] {
    return this.split(x, axis, [size, size, size]) as [string, string, string];
  }

  /** The size of one axis, known when it runs. */
  sizeOf(x: string, axis: number): Size {
    const attributes = { start: { int: axis }, end: { int: axis + 1 } };
    return this.#once(`size ${x} ${axis}`, () => this.node('Shape', [x], attributes));
  }

  /** Whole-number arithmetic of sizes; division rounds towards zero. */
  sized(op: 'Add' | 'Sub' | 'Mul' | 'Div' | 'Mod', a: number | Size, b: number | Size): Size {
    const [left, right] = [this.#vector([a]), this.#vector([b])];
    return this.#once(`${op} ${left} ${right}`, () => this.node(op, [left, right]));
  }

  /** What is missing from `size` to the next multiple of `factor`: 0 to factor - 1. */
  missing(size: Size, factor: number): Size {
    return this.sized('Mod', this.sized('Sub', factor, this.sized('Mod', size, factor)), factor);
  }

  /** Gives x another shape with the same elements in the same order; one size may be -1 (the rest). */
  reshape(x: string, dims: readonly (number | Size)[]): string {
    return this.node('Reshape', [x, this.#vector(dims)]);
  }

  /** Adds rows below and columns to the right of an NCHW picture. */
  padEnd(
    x: string,
    bottom: number | Size,
    right: number | Size,
    mode: 'reflect' | 'edge' | 'constant',
  ): string {
    const pads = this.#vector([0, 0, 0, 0, 0, 0, bottom, right]);
    return this.node('Pad', [x, pads], { mode: { string: mode } });
  }

  /** Adds zeros: as many before each axis as the first half of `pads` says, behind it as the second. */
  pad(x: string, pads: readonly (number | Size)[]): string {
    return this.node('Pad', [x, this.#vector(pads)], { mode: { string: 'constant' } });
  }

  /** Bilinear, by pixel centres, to a size that only a run can tell. */
  resizeTo(x: string, height: Size, width: Size): string {
    return this.node('Resize', [x, '', '', this.#vector([height, width])], {
      mode: { string: 'linear' },
      coordinate_transformation_mode: { string: 'half_pixel' },
      axes: { ints: [2, 3] },
    });
  }

  /** x / max(|x|, 1e-12) along the last axis: `torch.nn.functional.normalize`. */
  normalise(x: string): string {
    const norm = this.node('ReduceL2', [x, this.ints([-1])], { keepdims: { int: 1 } });
    return this.node('Div', [x, this.node('Max', [norm, this.scalar(1e-12)])]);
  }

  /** 0, 1, ... size - 1 as int64. */
  range(size: Size): string {
    return this.#once(`range ${size.value}`, () => {
      const [start, step] = [0n, 1n].map((value) =>
        this.tensor({ type: 'int64', dims: [], data: BigInt64Array.of(value) }, 'int'),
      ) as [string, string];
      return this.node('Range', [start, this.reshape(size.value, []), step]);
    }).value;
  }

  /** The first `height` rows and `width` columns of an NCHW picture. */
  crop(x: string, height: Size, width: Size): string {
    const ends = this.#vector([height, width]);
    return this.node('Slice', [x, this.ints([0, 0]), ends, this.ints([2, 3])]);
  }

  /** One int64 vector of numbers and sizes. */
  #vector(items: readonly (number | Size)[]): string {
    if (items.length === 1 && typeof items[0] === 'object') return items[0].value;
    if (items.length === 0)
      return this.tensor({ type: 'int64', dims: [0], data: new BigInt64Array() }, 'ints');
    const key = `vector ${items.map((item) => (typeof item === 'number' ? item : item.value)).join()}`;
    return this.#once(key, () => {
      if (items.every((item) => typeof item === 'number')) return this.ints(items);
      const parts = items.map((item) => (typeof item === 'number' ? this.#vector([item]) : item.value));
      return this.concat(parts, 0);
    }).value;
  }

  /** Makes a value at the first call for `key` only: networks ask for the same sizes in every layer. */
  #once(key: string, make: () => string): Size {
    const known = this.#made.get(key);
    if (known) return { value: known };
    const value = make();
    this.#made.set(key, value);
    return { value };
  }

  /** Adds an initialiser of any type. */
  tensor(tensor: Tensor, hint: string): string {
    const name = this.#name(hint);
    this.graph.initializers.set(name, tensor);
    return name;
  }

  #name(hint: string): string {
    this.#next += 1;
    return `${hint.toLowerCase()}_${this.#next}`;
  }
}
