import { concreteValues, inputDimsFor, type PictureSize } from './concrete.ts';
import type { Graph } from './graph.ts';
import type { Value } from './values.ts';

/** A number as a function of the picture: (factor * height^rows * width^columns + plus), told from several sizes. */
export interface Term {
  readonly rows: 0 | 1;
  readonly columns: 0 | 1;
  readonly factor: number;
  readonly plus: number;
}

/** What a graph gives at several sizes of the picture, all of them multiples of `step`. */
export interface Probes {
  readonly step: number;
  readonly sizes: readonly PictureSize[];
  readonly values: readonly ReadonlyMap<string, Value>[];
}

const LARGE = 67;

/** Heights and widths that no simple rule confuses, as multiples of the step. */
const MULTIPLES = [
  [1, 2],
  [3, 1],
  [5, 7],
  [4, 3],
] as const;

/**
 * Finds the smallest power of two (up to 64) whose multiples the graph takes as height and width.
 * @returns undefined where even multiples of 64 do not fit
 */
export function probe(graph: Graph): Probes | undefined {
  const output = graph.outputs[0]?.name ?? '';
  // A network that mirrors its border finds small pictures too small: that is no reason for a larger step, at whose
  // multiples a crop to the picture's size would not be seen.
  const tried = [1, 2, 4, 8, 16, 32, 64].flatMap((step) => [
    { step, base: Math.max(step, 16) + (step < 16 ? step : 0) },
    { step, base: (Math.ceil(LARGE / step) | 1) * step },
  ]);
  for (const { step, base } of tried) {
    const sizes = MULTIPLES.map(([rows, columns]) => ({ height: rows * base, width: columns * base }));
    const values: ReadonlyMap<string, Value>[] = [];
    for (const size of sizes) {
      const known = concreteValues(graph, inputDimsFor(graph, size));
      if (!known.has(output)) break;
      values.push(known);
    }
    if (values.length === sizes.length) return { step, sizes, values };
  }
  return undefined;
}

/**
 * The function that gives the numbers at the probed sizes: constant, or a whole multiple or part of height, width or
 * their product.
 */
export function termOf(numbers: readonly number[], sizes: readonly PictureSize[]): Term | undefined {
  const [first = 0, second = 0] = numbers;
  for (const [rows, columns] of [
    [0, 0],
    [1, 0],
    [0, 1],
    [1, 1],
  ] as const) {
    const measure = sizes.map(({ height, width }) => height ** rows * width ** columns);
    const [from = 1, to = 1] = measure;
    const factor = from === to ? 0 : (second - first) / (to - from);
    const plus = first - factor * from;
    const fits = numbers.every(
      (number, index) => Math.abs(factor * (measure[index] ?? 0) + plus - number) < 1e-6,
    );
    // Whole factors, or one part of the size: what whole-number arithmetic can make exactly.
    const simple = Number.isInteger(factor) || (plus === 0 && Number.isInteger(1 / factor));
    if (fits && simple && Number.isInteger(plus)) return { rows, columns, factor, plus };
  }
  return undefined;
}
