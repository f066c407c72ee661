import type { StoredTensor } from '../../formats/checkpoint.ts';
import { GraphBuilder } from '../../graph/builder.ts';
import type { Attribute } from '../../graph/graph.ts';
import type { OutsideTensor } from '../../graph/write-external.ts';
import { transposed } from '../net.ts';
import type { Weights } from '../weights.ts';

/** Behind the name of a matrix that is kept with its axes changed. */
export const TURNED = '.T';

/**
 * The layers of diffusion networks as PyTorch has them, for weights that are too large to be held: each is read when
 * the graph is written (`writeExternal`), under its own name, so that a LoRA finds it again.
 */
export class DiffusionNet {
  readonly builder: GraphBuilder;
  readonly weights: Weights;
  readonly outside = new Map<string, OutsideTensor>();

  constructor(name: string, weights: Weights) {
    this.builder = new GraphBuilder(name);
    this.weights = weights;
  }

  /**
   * A trained tensor as it is stored. @param dims what its shape must be; -1: any
   * @returns its name in the graph
   */
  stored(name: string, dims: readonly number[]): string {
    return this.#keep(name, name, dims, dims, (floats) => floats);
  }

  /** `torch.nn.Conv2d`; a kernel may be stored as a matrix, which is one of 1 x 1. */
  conv(x: string, name: string, { stride = 1, pads }: { stride?: number; pads?: readonly number[] } = {}) {
    const { builder, weights } = this;
    const [out = 0, inner = 0, side = 1] = weights.dims(`${name}.weight`);
    const dims = [out, inner, side, side];
    const weight = this.#keep(`${name}.weight`, `${name}.weight`, undefined, dims, (floats) => floats);
    const each = Math.floor(side / 2);
    const attributes: Record<string, Attribute> = {
      kernel_shape: { ints: [side, side] },
      strides: { ints: [stride, stride] },
      pads: { ints: pads ?? [each, each, each, each] },
    };
    return builder.node('Conv', [x, weight, this.stored(`${name}.bias`, [out])], attributes);
  }

  /** `torch.nn.Linear` over the last axis; a matrix may be stored as a kernel of 1 x 1. */
  linear(x: string, name: string): string {
    const { builder, weights } = this;
    const [out = 0, inner = 0] = weights.dims(`${name}.weight`);
    const weight = this.#keep(
      `${name}.weight`,
      `${name}.weight${TURNED}`,
      undefined,
      [inner, out],
      (floats) => transposed(floats, out, inner),
    );
    const product = builder.matmul(x, weight);
    return weights.has(`${name}.bias`) ? builder.add(product, this.stored(`${name}.bias`, [out])) : product;
  }

  /** `torch.nn.LayerNorm` over the last axis. */
  layerNorm(x: string, name: string, epsilon = 1e-5): string {
    const inputs = [x, this.stored(`${name}.weight`, [-1]), this.stored(`${name}.bias`, [-1])];
    return this.builder.node('LayerNormalization', inputs, {
      axis: { int: -1 },
      epsilon: { float: epsilon },
    });
  }

  /** `torch.nn.GroupNorm` of a picture [batch, channels, height, width]. */
  groupNorm(x: string, name: string, groups: number, epsilon: number): string {
    const { builder, weights } = this;
    const channels = weights.size(`${name}.weight`, 0);
    if (channels % groups !== 0) throw weights.broken(`${channels} channels do not make ${groups} groups`);
    const ones = builder.constant(new Float32Array(groups).fill(1), [groups], 'ones');
    const zeros = builder.constant(new Float32Array(groups), [groups], 'zeros');
    const grouped = builder.reshape(x, [0, groups, -1]);
    const normal = builder.node('InstanceNormalization', [grouped, ones, zeros], {
      epsilon: { float: epsilon },
    });
    const shape = builder.node('Shape', [x]);
    const back = builder.node('Reshape', [normal, shape]);
    const scaled = builder.mul(back, this.perChannel(`${name}.weight`));
    return builder.add(scaled, this.perChannel(`${name}.bias`));
  }

  /** x * sigmoid(x). */
  silu(x: string): string {
    return this.builder.swish(x);
  }

  /**
   * Attention of several heads (Vaswani et al., arXiv:1706.03762) in one operator of ONNX Runtime, which never holds
   * all scores at once. Queries [batch, tokens, width], keys and values [batch, others, width].
   */
  attention(queries: string, keys: string, values: string, heads: number): string {
    const { graph } = this.builder;
    const value = `attention_${graph.nodes.length}`;
    graph.nodes.push({
      op: 'MultiHeadAttention',
      domain: 'com.microsoft',
      name: `n_${value}`,
      inputs: [queries, keys, values],
      outputs: [value],
      attributes: { num_heads: { int: heads } },
    });
    return value;
  }

  /** A picture [batch, channels, height, width] as tokens [batch, places, channels]. */
  tokensOf(x: string, channels: number): string {
    const { builder } = this;
    return builder.transpose(builder.reshape(x, [0, channels, -1]), [0, 2, 1]);
  }

  /** The way back. @param like a picture of that size */
  pictureOf(tokens: string, like: string): string {
    const { builder } = this;
    return builder.node('Reshape', [builder.transpose(tokens, [0, 2, 1]), builder.node('Shape', [like])]);
  }

  /** A trained vector as [channels, 1, 1], to meet a picture. */
  perChannel(name: string): string {
    const count = this.weights.size(name, 0);
    return this.#keep(name, `${name}${PER_CHANNEL}`, [count], [count, 1, 1], (floats) => floats);
  }

  #keep(
    name: string,
    as: string,
    wanted: readonly number[] | undefined,
    dims: readonly number[],
    change: (floats: Float32Array) => Float32Array,
  ): string {
    if (this.outside.has(as)) return as;
    const found = this.weights.known(name, wanted);
    const fitting = dims.map((dim, axis) => (dim === -1 ? (found.dims[axis] ?? 0) : dim));
    this.outside.set(as, { dims: fitting, floats: () => change(found.floats()) });
    return as;
  }
}

const PER_CHANNEL = '.channels';

/** Several tensors as the rows of one: what a file may hold apart. */
export function rowsOf(tensor: StoredTensor, from: number, count: number): StoredTensor {
  const [, ...others] = tensor.dims;
  const width = others.reduce((a, b) => a * b, 1);
  return {
    type: tensor.type,
    dims: [count, ...others],
    floats: () => tensor.floats().slice(from * width, (from + count) * width),
  };
}
