import type { GraphBuilder } from '../builder.ts';
import type { GraphNode, TensorType } from '../graph.ts';
import type { Numbers } from '../values.ts';

/** Sizes of one value, all known: what learns has one shape. */
export type Dims = readonly number[];

/** What a rule may look at and build with: one node, and the gradients of its outputs. */
export interface Backward {
  readonly b: GraphBuilder;
  readonly node: GraphNode;
  /** The gradient of the first output. */
  readonly gradient: string;
  /** The gradient of output `index`; undefined where nothing that counts reads it. */
  gradientOf(index: number): string | undefined;
  /** The value of input `index`. */
  input(index: number): string;
  has(index: number): boolean;
  /** The first output. */
  readonly output: string;
  dims(index: number): Dims;
  /** What input `index` is made of. */
  type(index: number): TensorType;
  outputDims(index?: number): Dims;
  /** The numbers of input `index`, which must not hang on what is fed. */
  numbers(index: number): Numbers;
  /** A list that newer operator sets give as an input and older ones as an attribute. */
  list(index: number, attribute: string): readonly number[] | undefined;
  int(name: string, fallback: number): number;
  ints(name: string, fallback: readonly number[]): readonly number[];
  float(name: string, fallback: number): number;
  string(name: string, fallback: string): string;
}

/** Builds the gradient of one input; called only where it is wanted. */
type Build = () => string;

/**
 * How a node hands its gradient back: for every input a way to build that input's gradient, of the input's own sizes,
 * or undefined where it has none (indices, sizes, masks; steps whose slope is zero wherever there is one).
 */
export type GradientRule = (step: Backward) => readonly (Build | undefined)[];

export type GradientRules = Readonly<Record<string, GradientRule>>;

/** One rule for several operators. */
export function each(ops: string, rule: GradientRule): GradientRules {
  return Object.fromEntries(ops.split(' ').map((op) => [op, rule]));
}
