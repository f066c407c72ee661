import { EVALUATORS } from './evaluate.ts';
import { type Graph, type GraphNode, intOf, intsOf } from './graph.ts';
import { SIZE_RULES, typeOf } from './size-rules.ts';
import { countOf, isWhole, UNKNOWN, UnknownValue, unpack, type Value, type ValueContext } from './values.ts';

/** Numbers are followed in tensors up to this size: lists of sizes, indices, one-dimensional masks. */
const FOLLOWED = 4096;

export interface PictureSize {
  readonly height: number;
  readonly width: number;
}

/**
 * Sizes of all values for given sizes of the inputs. Values behind an operator without a rule are absent.
 * @param inputDims by the name of the graph input
 */
export function concreteShapes(
  graph: Graph,
  inputDims: Readonly<Record<string, readonly number[]>>,
): Map<string, readonly number[]> {
  return new Map([...concreteValues(graph, inputDims)].map(([name, { dims }]) => [name, dims]));
}

/**
 * The same with types, and with the numbers of small values that do not hang on pixels.
 * @param limit numbers are followed in tensors of at most so many elements
 */
export function concreteValues(
  graph: Graph,
  inputDims: Readonly<Record<string, readonly number[]>>,
  limit = FOLLOWED,
): Map<string, Value> {
  const values = new Map<string, Value>();
  for (const [name, tensor] of graph.initializers) values.set(name, unpack(tensor, limit));
  for (const { name, type } of graph.inputs) {
    const dims = inputDims[name];
    if (dims) values.set(name, { type, dims });
  }
  for (const node of graph.nodes) {
    outcome(node, values, limit).forEach((value, index) => {
      const name = node.outputs[index];
      if (name) values.set(name, value);
    });
  }
  return values;
}

/**
 * What can be told of a node's outputs from its inputs.
 * @param limit outputs with more elements are not computed @returns nothing where not even the sizes can be told
 */
export function outcome(
  node: GraphNode,
  values: ReadonlyMap<string, Value>,
  limit: number,
): readonly Value[] {
  const rule = Object.hasOwn(SIZE_RULES, node.op) ? SIZE_RULES[node.op] : undefined;
  if (!rule) return [];
  const context = contextOf(node, values);
  try {
    const sizes = rule(context);
    if (sizes.some((dims) => dims.some((dim) => !Number.isInteger(dim) || dim < 0))) return [];
    const type = typeOf(context);
    const data = sizes.every((dims) => countOf(dims) <= limit) ? numbers(context, sizes, type) : undefined;
    return sizes.map((dims, index) => ({ type, dims, data: data?.[index] }));
  } catch (thrown) {
    if (thrown instanceof UnknownValue) return [];
    throw thrown;
  }
}

function numbers(context: ValueContext, sizes: readonly (readonly number[])[], type: Value['type']) {
  const { node } = context;
  if (node.op === 'Constant') {
    const given = node.attributes.value;
    return given && 'tensor' in given ? [unpack(given.tensor, FOLLOWED).data] : undefined;
  }
  const evaluator = Object.hasOwn(EVALUATORS, node.op) ? EVALUATORS[node.op] : undefined;
  if (!evaluator || node.domain || type === 'float16' || type === 'float64') return undefined;
  try {
    return evaluator(context, { sizes, whole: isWhole(type) });
  } catch (thrown) {
    if (thrown instanceof UnknownValue) return undefined;
    throw thrown;
  }
}

/** What a rule may look at, for a node whose inputs are among `values`. */
export function contextOf(node: GraphNode, values: ReadonlyMap<string, Value>): ValueContext {
  const value = (index: number) => {
    const found = values.get(node.inputs[index] ?? '');
    if (!found) throw UNKNOWN;
    return found;
  };
  const data = (index: number) => {
    const found = value(index).data;
    if (!found) throw UNKNOWN;
    return found;
  };
  return {
    node,
    value,
    data,
    has: (index) => Boolean(node.inputs[index]),
    list(index, attribute) {
      if (node.inputs[index]) return Array.from(data(index));
      const given = node.attributes[attribute];
      return given && 'ints' in given ? given.ints : undefined;
    },
    int: (name, fallback) => intOf(node, name, fallback),
    ints: (name, fallback) => intsOf(node, name, fallback),
  };
}

/** The inputs' sizes for a picture of the given size: height and width are the last two axes, a free batch is 1. */
export function inputDimsFor(
  graph: Graph,
  { height, width }: PictureSize,
): Record<string, readonly number[]> {
  return Object.fromEntries(
    graph.inputs.map(({ name, dims }) => [
      name,
      dims.map((dim, axis) => {
        if (typeof dim === 'number') return dim;
        return axis === dims.length - 2 ? height : axis === dims.length - 1 ? width : 1;
      }),
    ]),
  );
}
