import { contextOf } from '../../graph/concrete.ts';
import type { Graph, GraphNode, TensorType } from '../../graph/graph.ts';
import { SIZE_RULES, typeOf } from '../../graph/size-rules.ts';
import { countOf, isWhole, unpack } from '../../graph/values.ts';
import { ELEMENTWISE } from './elementwise.ts';
import type { Kernel } from './kernel.ts';
import { NORMS } from './norms.ts';
import { PLACES } from './places.ts';
import { PRODUCTS } from './products.ts';
import { RESIZE } from './resize.ts';
import { WINDOWS } from './windows.ts';

/** A tensor in doubles; whole numbers and bools are held as doubles too. */
export interface Reference {
  readonly type: TensorType;
  readonly data: Float64Array;
  readonly dims: readonly number[];
}

export interface Feed {
  readonly data: ArrayLike<number>;
  readonly dims: readonly number[];
}

export const KERNELS: Readonly<Record<string, Kernel>> = {
  ...ELEMENTWISE,
  ...PRODUCTS,
  ...WINDOWS,
  ...RESIZE,
  ...NORMS,
  ...PLACES,
};

/**
 * Runs a graph in double precision, one node after the other: slow and plain, for tests to hold fast things to.
 * Operators are those of opset 18.
 * @param feeds by the name of the graph input; one that has an initialiser's name stands in for it
 * @returns every value of the graph by its name
 * @throws Error that names the operator which has no kernel, or cannot do what its node asks for
 */
export function interpret(graph: Graph, feeds: Readonly<Record<string, Feed>>): Map<string, Reference> {
  const values = new Map<string, Reference>();
  for (const [name, tensor] of graph.initializers) {
    const { type, dims, data } = unpack(tensor, Number.POSITIVE_INFINITY);
    const given = feeds[name]?.data ?? data;
    if (!given) throw new Error(`The reference cannot read ${name}, of ${type}`);
    values.set(name, { type, dims, data: Float64Array.from(given) });
  }
  for (const { name, type } of graph.inputs) {
    const feed = feeds[name];
    if (!feed) throw new Error(`The reference is given no ${name}`);
    values.set(name, { type, dims: feed.dims, data: Float64Array.from(feed.data) });
  }
  for (const [name, { dims, data }] of values) {
    if (data.length !== countOf(dims)) throw new Error(`${name} has ${data.length} numbers for ${dims}`);
  }
  for (const node of graph.nodes) {
    step(node, values).forEach((value, index) => {
      const name = node.outputs[index];
      if (name) values.set(name, value);
    });
  }
  return values;
}

function step(node: GraphNode, values: ReadonlyMap<string, Reference>): Reference[] {
  const kernel = node.domain || !Object.hasOwn(KERNELS, node.op) ? undefined : KERNELS[node.op];
  const rule = SIZE_RULES[node.op];
  if (!kernel || !rule) throw new Error(`The reference has no kernel for ${node.op}`);
  const context = contextOf(node, values);
  const sizes = told(node, () => rule(context));
  const type = typeOf(context);
  const made = told(node, () => kernel(context, { sizes, whole: isWhole(type) }));
  if (made.length < node.outputs.length) throw new Error(`The reference makes one output of ${node.op} only`);
  return made.map((numbers, index) => {
    // MaxPool's places are of the size of its values.
    const dims = sizes[index] ?? sizes[0] ?? [];
    const data = numbers instanceof Float64Array ? numbers : Float64Array.from(numbers);
    if (data.length !== countOf(dims)) {
      throw new Error(`${node.op} (${node.name}) made ${data.length} numbers for the size ${dims}`);
    }
    return { type: node.op === 'MaxPool' && index === 1 ? 'int64' : type, dims, data };
  });
}

/** The rules' own errors do not say what they stumbled over. */
function told<T>(node: GraphNode, act: () => T): T {
  try {
    return act();
  } catch (cause) {
    throw new Error(`The reference fails at ${node.op} (${node.name})`, { cause });
  }
}
