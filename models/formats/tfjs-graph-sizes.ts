import { concreteValues, inputDimsFor, type PictureSize } from '../graph/concrete.ts';
import type { Graph, GraphNode } from '../graph/graph.ts';
import { dropDeadCode } from '../graph/passes/dead-code.ts';
import type { Draft } from '../graph/passes/rewrite.ts';
import type { Value } from '../graph/values.ts';

/** Lists of sizes longer than this are left as they are computed. */
const LONGEST = 12;

/** A number as a function of the picture: (factor * height^rows * width^columns + plus), told from several sizes. */
interface Term {
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
  for (const step of [1, 2, 4, 8, 16, 32, 64]) {
    const base = Math.max(step, 16) + (step < 16 ? step : 0);
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
 * Replaces what computes sizes by the shortest way to them. Graphs traced from JAX compute every size of every layer
 * again, thousands of nodes; here a number that is constant, or a multiple of height, width or their product, at all
 * probed sizes becomes just that, and equal ones are made once.
 * @returns how many nodes were replaced
 */
export function straightenSizes(graph: Graph, { sizes, values }: Probes): number {
  const input = graph.inputs[0]?.name ?? '';
  const maker = new SizeMaker(graph, input);
  const kept: GraphNode[] = [];
  let replaced = 0;
  const results = new Set(graph.outputs.map(({ name }) => name));
  for (const node of graph.nodes) {
    const [output = ''] = node.outputs;
    const found = values.map((known) => known.get(output));
    const terms = node.outputs.length === 1 && !results.has(output) ? termsOf(found, sizes) : undefined;
    if (!terms) kept.push(node);
    else {
      maker.make(output, terms, found[0]?.dims.length === 0);
      replaced += 1;
    }
  }
  graph.nodes = [...maker.nodes, ...kept.map((node) => maker.renamed(node))];
  dropDeadCode(graph);
  return replaced;
}

function termsOf(found: readonly (Value | undefined)[], sizes: readonly PictureSize[]): Term[] | undefined {
  const [first] = found;
  if (first?.type !== 'int64' || !first.data || first.dims.length > 1 || first.data.length > LONGEST)
    return undefined;
  const terms: Term[] = [];
  for (let at = 0; at < first.data.length; at += 1) {
    const numbers = found.map((value) => value?.data?.[at]);
    if (numbers.some((number) => number === undefined)) return undefined;
    const term = termOf(numbers as number[], sizes);
    if (!term) return undefined;
    terms.push(term);
  }
  return found.every((value) => value?.dims.join() === first.dims.join()) ? terms : undefined;
}

function termOf(numbers: readonly number[], sizes: readonly PictureSize[]): Term | undefined {
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

/** Makes sizes once each, at the head of the graph. */
class SizeMaker {
  readonly nodes: GraphNode[] = [];
  readonly #graph: Graph;
  readonly #input: string;
  readonly #made = new Map<string, string>();
  readonly #names = new Map<string, string>();

  constructor(graph: Graph, input: string) {
    this.#graph = graph;
    this.#input = input;
  }

  /** Lets readers of `value` read the given sizes instead. */
  make(value: string, terms: readonly Term[], scalar: boolean): void {
    const parts = terms.map((term) => this.#term(term));
    const constant = terms.every(({ factor }) => factor === 0);
    const list = constant
      ? this.#ints(terms.map(({ plus }) => plus))
      : parts.length === 1
        ? (parts[0] ?? '')
        : this.#once('Concat', parts, { axis: { int: 0 } });
    this.#names.set(value, scalar ? this.#once('Squeeze', [list, this.#ints([0])]) : list);
  }

  renamed(node: GraphNode): GraphNode {
    node.inputs = node.inputs.map((input) => this.#names.get(input) ?? input);
    return node;
  }

  #term({ rows, columns, factor, plus }: Term): string {
    if (factor === 0) return this.#ints([plus]);
    const height = () => this.#once('Shape', [this.#input], { start: { int: 2 }, end: { int: 3 } });
    const width = () => this.#once('Shape', [this.#input], { start: { int: 3 }, end: { int: 4 } });
    let size = rows ? height() : width();
    if (rows && columns) size = this.#once('Mul', [size, width()]);
    if (factor !== 1) {
      size = Number.isInteger(factor)
        ? this.#once('Mul', [size, this.#ints([factor])])
        : this.#once('Div', [size, this.#ints([Math.round(1 / factor)])]);
    }
    return plus === 0 ? size : this.#once('Add', [size, this.#ints([plus])]);
  }

  #ints(values: readonly number[]): string {
    const name = `sizes_${values.join('_')}`;
    const data = BigInt64Array.from(values, BigInt);
    this.#graph.initializers.set(name, { type: 'int64', dims: [values.length], data });
    return name;
  }

  #once(op: string, inputs: string[], attributes: Draft['attributes'] = {}): string {
    const key = `${op} ${inputs.join()} ${JSON.stringify(attributes)}`;
    const known = this.#made.get(key);
    if (known) return known;
    const name = `size_${this.#made.size}`;
    this.nodes.push({ op, domain: '', name: `n_${name}`, inputs, outputs: [name], attributes });
    this.#made.set(key, name);
    return name;
  }
}
