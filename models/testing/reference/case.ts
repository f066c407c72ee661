import { GraphBuilder } from '../../graph/builder.ts';
import type { Attribute, GraphNode } from '../../graph/graph.ts';
import { randomFloats } from '../random.ts';

/** Builds the node under test on the case's inputs; gives its outputs. */
export type Build = (c: Case) => string | string[];

export const int = (value: number): Attribute => ({ int: value });
export const ints = (...values: number[]): Attribute => ({ ints: values });
export const float = (value: number): Attribute => ({ float: value });
export const string = (value: string): Attribute => ({ string: value });

/** Builds one case: random inputs, and the node under test. */
export class Case {
  readonly builder = new GraphBuilder('case');
  readonly feeds: Record<string, { data: Float32Array; dims: readonly number[] }> = {};
  #seed: number;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** A random input; its numbers lie between `low` and `high`. */
  x(dims: readonly number[], low = -2, high = 2): string {
    this.#seed += 1;
    const name = `x${this.#seed}`;
    const count = dims.reduce((a, b) => a * b, 1);
    // Seeds side by side would make inputs that are nearly equal.
    const seed = Math.imul(this.#seed, 0x9e_37_79_b1);
    this.feeds[name] = { data: randomFloats(count, seed, low, high), dims };
    return this.builder.extraInput(name, dims);
  }

  /** An input of a few whole numbers, among which there are equal ones. */
  coarse(dims: readonly number[]): string {
    const name = this.x(dims);
    this.feeds[name]!.data.forEach((x, at, data) => {
      data[at] = Math.round(x);
    });
    return name;
  }

  flags(dims: readonly number[]): string {
    return this.op('Greater', [this.x(dims), this.scalar(0)]);
  }

  ints(...values: number[]): string {
    return this.builder.ints(values);
  }

  /** Whole numbers with sizes of their own. */
  indices(dims: readonly number[], values: readonly number[]): string {
    return this.builder.tensor({ type: 'int64', dims, data: BigInt64Array.from(values, BigInt) }, 'at');
  }

  scalar(value: number): string {
    return this.builder.scalar(value);
  }

  floats(...values: number[]): string {
    return this.builder.constant(Float32Array.from(values), [values.length]);
  }

  op(op: string, inputs: string[], attributes: GraphNode['attributes'] = {}): string {
    return this.builder.node(op, inputs, attributes);
  }

  /** An operator with more than one output. */
  several(op: string, inputs: string[], attributes: GraphNode['attributes'], count: number): string[] {
    const outputs = [this.op(op, inputs, attributes)];
    const first = outputs[0]!;
    for (let index = 1; index < count; index += 1) outputs.push(`${first}_${index}`);
    const node = this.builder.graph.nodes.pop()!;
    this.builder.graph.nodes.push({ ...node, outputs });
    return outputs;
  }

  split(inputs: string[], parts: number, axis: number): string[] {
    const attributes = { axis: int(axis), ...(inputs.length === 1 && { num_outputs: int(parts) }) };
    return this.several('Split', inputs, attributes, parts);
  }
}
