import type { GraphBuilder } from '../graph/builder.ts';
import type { Numbers } from '../graph/values.ts';
import type { TfNode } from './tfjs-graph-def.ts';

/** What a rule may use. Values are as TensorFlow has them: pictures NHWC, whole numbers int64 instead of int32. */
export interface OpContext {
  readonly builder: GraphBuilder;
  readonly node: TfNode;
  readonly inputs: readonly string[];
  readonly file: string;
  /** Numbers of a constant input; throws model/unknown-architecture where it is computed. */
  constant(index: number): Numbers;
  /** Sizes of a constant input. */
  dims(index: number): readonly number[];
  isConstant(index: number): boolean;
}

export type OpRule = (context: OpContext) => string;
