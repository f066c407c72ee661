import { concreteValues, inputDimsFor } from '../concrete.ts';
import { consumersOf, floatsOf, type Graph, type GraphNode } from '../graph.ts';
import type { Value } from '../values.ts';

/** A size that networks take which ask for multiples: shapes that matter are compared at this one. */
const USUAL = { height: 192, width: 256 };
const OTHER = { height: 320, width: 448 };

/** What a pass asks of the graph around a node. Made once a run of a pass: rewriting makes it stale. */
export class Surroundings {
  readonly #graph: Graph;
  readonly #makers = new Map<string, GraphNode>();
  readonly #readers: Map<string, number[]>;
  readonly #nodes: readonly GraphNode[];
  #values: Map<string, Value> | undefined;
  #others: Map<string, Value> | undefined;

  constructor(graph: Graph) {
    this.#graph = graph;
    this.#nodes = [...graph.nodes];
    this.#readers = consumersOf(graph);
    for (const node of graph.nodes) for (const output of node.outputs) this.#makers.set(output, node);
  }

  /** The node that makes a value, if it is one of ONNX's own operators of the given kind. */
  maker(value: string | undefined, ...ops: readonly string[]): GraphNode | undefined {
    const node = this.#makers.get(value ?? '');
    return node && !node.domain && (!ops.length || ops.includes(node.op)) ? node : undefined;
  }

  /** The nodes that read a value; undefined where it is an output of the graph too. */
  readers(value: string | undefined): readonly GraphNode[] | undefined {
    const places = this.#readers.get(value ?? '') ?? [];
    return places.includes(-1) ? undefined : places.flatMap((place) => this.#nodes[place] ?? []);
  }

  /** The one node that reads a value, once. */
  reader(value: string | undefined, ...ops: readonly string[]): GraphNode | undefined {
    const [node, ...others] = this.readers(value) ?? [];
    return node && !others.length && !node.domain && (!ops.length || ops.includes(node.op))
      ? node
      : undefined;
  }

  /** Sizes at one usual size of the picture. */
  dims(value: string | undefined): readonly number[] | undefined {
    this.#values ??= concreteValues(this.#graph, inputDimsFor(this.#graph, USUAL));
    return this.#values.get(value ?? '')?.dims;
  }

  /** The size of one axis, where it is the same whatever the picture's size. */
  fixedSize(value: string, axis: number): number | undefined {
    this.#others ??= concreteValues(this.#graph, inputDimsFor(this.#graph, OTHER));
    const size = this.dims(value)?.[axis];
    return size === this.#others.get(value)?.dims[axis] ? size : undefined;
  }

  /** The same for values that have the same size whatever the picture's. */
  sizeKey(value: string): string {
    this.fixedSize(value, 0);
    return [this.#values, this.#others].map((values) => values?.get(value)?.dims.join('x')).join(' ');
  }

  /** Whether a claim about sizes holds at both of the sizes that are looked at. */
  everywhere(claim: (dims: (value: string) => readonly number[] | undefined) => boolean): boolean {
    this.fixedSize('', 0);
    return [this.#values, this.#others].every((values) => claim((value) => values?.get(value)?.dims));
  }

  /** The numbers of a value that does not hang on pixels, at the usual size. */
  numbers(value: string | undefined): readonly number[] | undefined {
    this.dims(value);
    const data = this.#values?.get(value ?? '')?.data;
    return data && Array.from(data);
  }

  /** Whether element `index` of the list `ends` lies at or behind the end of an axis, whatever the picture's size. */
  reaches(value: string, axis: number, ends: string, index: number): boolean {
    this.fixedSize(value, axis);
    return [this.#values, this.#others].every((values) => {
      const size = values?.get(value)?.dims[axis] ?? Number.POSITIVE_INFINITY;
      return (values?.get(ends)?.data?.[index] ?? 0) >= size;
    });
  }

  /** The number of a constant with one element. */
  scalar(value: string | undefined): number | undefined {
    const data = floatsOf(this.#graph, value);
    return data?.length === 1 ? data[0] : undefined;
  }

  /** The inputs of a node that adds or multiplies two: the one that `pick` accepts first, then the other. */
  pair<T>(node: GraphNode | undefined, pick: (value: string) => T | undefined): [T, string] | undefined {
    const [a = '', b = ''] = node?.inputs ?? [];
    const first = pick(a);
    if (first !== undefined) return [first, b];
    const second = pick(b);
    return second === undefined ? undefined : [second, a];
  }
}
