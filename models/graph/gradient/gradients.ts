import type { GraphBuilder } from '../builder.ts';
import { concreteValues } from '../concrete.ts';
import { type GraphNode, intOf, intsOf, stringOf } from '../graph.ts';
import type { Value } from '../values.ts';
import type { Backward } from './backward.ts';
import { GRADIENT_RULES } from './rules/index.ts';
import { zeros } from './shaping.ts';

/**
 * Appends to the builder's graph what computes the gradient of one number with respect to values (reverse-mode
 * differentiation: from the loss towards what it hangs on, every node's rule once).
 *
 * What is appended are ordinary nodes with rules of their own: call it again on a value made of gradients for second
 * derivatives. Values that are told as `constant` are taken as given numbers and nothing goes back through them.
 *
 * @param loss a value with one element
 * @param wrt graph inputs or inner values; all sizes in the graph must be numbers
 * @returns for each of `wrt` the gradient, of its own sizes (zeros where the loss does not hang on it)
 * @throws where a node on the way has no rule
 */
export function gradientsOf(
  b: GraphBuilder,
  loss: string,
  wrt: readonly string[],
  { constant = [] }: { constant?: readonly string[] } = {},
): string[] {
  const { graph } = b;
  const values = concreteValues(
    graph,
    Object.fromEntries(graph.inputs.map(({ name, dims }) => [name, dims.map(Number)])),
  );
  const known = (name: string) => {
    const found = values.get(name);
    if (!found) throw new Error(`the sizes of ${name} cannot be told`);
    return found;
  };
  const dimsOf = (name: string) => known(name).dims;
  const nodes = [...graph.nodes];
  const hanging = hangingOn(nodes, wrt, new Set(constant));
  /** What has come back to each value so far. */
  const parts = new Map<string, string[]>();
  const put = (name: string, part: string) => parts.set(name, [...(parts.get(name) ?? []), part]);
  const one = b.constant(Float32Array.of(1), [], 'one');
  put(loss, dimsOf(loss).length ? b.reshape(one, dimsOf(loss)) : one);
  const gather = (name: string): string | undefined => {
    const found = parts.get(name);
    if (!found?.length) return undefined;
    const total = found.reduce((a, c) => b.add(a, c));
    parts.set(name, [total]);
    return total;
  };
  for (const node of nodes.reverse()) {
    if (!node.outputs.some((name) => hanging.has(name) && parts.has(name))) continue;
    const rule = Object.hasOwn(GRADIENT_RULES, node.op) ? GRADIENT_RULES[node.op] : undefined;
    if (!rule || node.domain) throw new Error(`${node.op} cannot be differentiated`);
    const builds = rule(backwardOf(b, node, known, gather));
    node.inputs.forEach((name, index) => {
      const build = builds[index];
      if (build && hanging.has(name)) put(name, build());
    });
  }
  return wrt.map((name) => gather(name) ?? zeros(b, dimsOf(name)));
}

/** All values that hang on one of `wrt`. */
function hangingOn(
  nodes: readonly GraphNode[],
  wrt: readonly string[],
  constant: ReadonlySet<string>,
): Set<string> {
  const hanging = new Set(wrt);
  for (const { inputs, outputs } of nodes) {
    if (!inputs.some((name) => hanging.has(name))) continue;
    for (const name of outputs) if (!constant.has(name)) hanging.add(name);
  }
  return hanging;
}

function backwardOf(
  b: GraphBuilder,
  node: GraphNode,
  known: (name: string) => Value,
  gradientOf: (name: string) => string | undefined,
): Backward {
  const name = (index: number) => {
    const given = node.inputs[index];
    if (!given) throw new Error(`${node.op} lacks its input ${index}`);
    return given;
  };
  const numbers = (index: number) => {
    const { data } = known(name(index));
    if (!data) throw new Error(`${node.op}: input ${index} has to be known before it runs`);
    return data;
  };
  return {
    b,
    node,
    get gradient() {
      const output = node.outputs[0] ?? '';
      return gradientOf(output) ?? zeros(b, known(output).dims);
    },
    gradientOf: (index) => gradientOf(node.outputs[index] ?? ''),
    input: name,
    has: (index) => Boolean(node.inputs[index]),
    output: node.outputs[0] ?? '',
    dims: (index) => known(name(index)).dims,
    type: (index) => known(name(index)).type,
    outputDims: (index = 0) => known(node.outputs[index] ?? '').dims,
    numbers,
    list(index, attribute) {
      if (node.inputs[index]) return Array.from(numbers(index));
      const given = node.attributes[attribute];
      return given && 'ints' in given ? given.ints : undefined;
    },
    int: (attribute, fallback) => intOf(node, attribute, fallback),
    ints: (attribute, fallback) => intsOf(node, attribute, fallback),
    float(attribute, fallback) {
      const given = node.attributes[attribute];
      return given && 'float' in given ? given.float : fallback;
    },
    string: (attribute, fallback) => stringOf(node, attribute, fallback),
  };
}
