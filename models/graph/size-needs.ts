import { concreteShapes, inputDimsFor, type PictureSize } from './concrete.ts';
import type { Graph } from './graph.ts';

/** Which widths and heights a graph takes, in pixels. */
export interface SizeNeeds {
  readonly multipleOf: number;
  /** 0 where the smallest multiple will do. */
  readonly minimum: number;
}

const STEPS = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64];
/** A side that no network known here finds too small. */
const LARGE = 128;
/** Multiples that share no factor with any step, so that a picture is of the step and of no larger one. */
const COUNTS = [5, 7, 11, 13, 17, 23, 31, 43, 67, 131, 137];

/**
 * Tells from a graph's sizes alone which pictures it takes: those from which every value has a size and the result is
 * `scale` times as large, plus `offset`.
 * @returns undefined where no size that is tried does, which is so where an operator without a rule is in the way
 */
export function sizeNeeds(
  graph: Graph,
  { scale, offset }: { scale: number; offset: number },
): SizeNeeds | undefined {
  const output = graph.outputs[0]?.name ?? '';
  const takes = (size: PictureSize) => {
    const dims = concreteShapes(graph, inputDimsFor(graph, size)).get(output) ?? [];
    const wanted = [size.height, size.width].map((side) => side * scale + offset);
    return wanted.every((side) => side > 0) && dims.slice(-2).join() === wanted.join();
  };
  const multipleOf = STEPS.find((step) => {
    const [high = 0, wide = 0] = countsFor(step);
    return takes({ height: high * step, width: wide * step });
  });
  if (multipleOf === undefined) return undefined;
  if (takes({ height: multipleOf, width: multipleOf })) return { multipleOf, minimum: 0 };
  let [low, high] = [1, countsFor(multipleOf)[0] ?? 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (takes({ height: middle * multipleOf, width: middle * multipleOf })) high = middle;
    else low = middle;
  }
  return { multipleOf, minimum: high * multipleOf };
}

function countsFor(step: number): readonly number[] {
  return COUNTS.slice(COUNTS.findIndex((count) => count * step >= LARGE));
}
