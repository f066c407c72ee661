import type { GraphNode } from './graph.ts';

/** One dimension of a value as a function of the picture: height * h + width * w + plus. */
export interface Dim {
  readonly height: number;
  readonly width: number;
  readonly plus: number;
}
export type Shape = readonly Dim[];

/** What a shape rule may look at. */
export interface ShapeContext {
  readonly node: GraphNode;
  /** Shape of input `index`; throws `UnknownShape` where it is not known. */
  shape(index: number): Shape;
  /** The numbers of a constant input, if it is one. */
  constant(index: number): number[] | undefined;
  int(name: string, fallback: number): number;
  ints(name: string, fallback: readonly number[]): readonly number[];
}

/** Thrown inside a rule where a shape cannot be told; the value and what follows from it stay unknown. */
export class UnknownShape extends Error {}

export function fixed(size: number): Dim {
  return { height: 0, width: 0, plus: size };
}

/** The size where it does not depend on the picture. */
export function fixedSize(dim: Dim | undefined): number | undefined {
  return dim && dim.height === 0 && dim.width === 0 ? dim.plus : undefined;
}
