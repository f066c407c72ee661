import type { Attribute, Graph, GraphNode, Tensor } from './graph.ts';

/** Opset 18 is the newest whose operators every execution provider of onnxruntime 1.30 has. */
const OPSET = 18;

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

  constructor(name: string) {
    this.graph = { name, opset: OPSET, inputs: [], outputs: [], nodes: [], initializers: new Map() };
  }

  /** Declares the one picture input, [1, channels, height, width] with free height and width. */
  input(channels: number, name = 'input'): string {
    this.graph.inputs.push({ name, type: 'float32', dims: [1, channels, 'height', 'width'] });
    return name;
  }

  /** Declares `value` as the picture output under `name`. */
  output(value: string, channels: number, name = 'output'): void {
    const dims = [1, channels, 'output_height', 'output_width'] as const;
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
    return this.#initializer({ type: 'float32', dims, data }, hint);
  }

  ints(values: readonly number[]): string {
    const data = BigInt64Array.from(values, BigInt);
    return this.#initializer({ type: 'int64', dims: [values.length], data }, 'ints');
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

  #initializer(tensor: Tensor, hint: string): string {
    const name = this.#name(hint);
    this.graph.initializers.set(name, tensor);
    return name;
  }

  #name(hint: string): string {
    this.#next += 1;
    return `${hint.toLowerCase()}_${this.#next}`;
  }
}
