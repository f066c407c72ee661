import type { PictureSize } from '../graph/concrete.ts';
import type { Graph, GraphNode } from '../graph/graph.ts';
import { dropDeadCode } from '../graph/passes/dead-code.ts';
import type { Draft } from '../graph/passes/rewrite.ts';
import { type Probes, type Term, termOf } from '../graph/probes.ts';
import type { Value } from '../graph/values.ts';

/** Lists of sizes longer than this are left as they are computed. */
const LONGEST = 12;

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
