import { concreteValues, inputDimsFor } from './concrete.ts';
import type { Attribute, Graph, GraphNode, Port, Tensor } from './graph.ts';
import { dropDeadCode } from './passes/dead-code.ts';
import type { Value } from './values.ts';

/** A graph in two parts that together do what it does. */
export interface Split {
  /** What hangs on one of the inputs alone, as a function of `input`, with the outputs `part0`, `part1`... */
  readonly each: Graph;
  /** All else: takes the outputs of `each` for every input, as `<input>/part0`..., and the remaining inputs. */
  readonly rest: Graph;
}

/**
 * Cuts off what a graph computes of each of several inputs alone, where it is the same function of all of them, so that
 * it can be computed once and used with many partners.
 * @param graph for one size of picture, its sizes settled (`specialise`); stays as it is, and shares its weights
 * @returns undefined where nothing but the inputs themselves would be handed over, or each is treated otherwise
 */
export function split(graph: Graph, inputs: readonly string[]): Split | undefined {
  // Its sizes are settled: the one given here is asked for nowhere.
  const values = concreteValues(graph, inputDimsFor(graph, { height: 0, width: 0 }));
  const sources = sourcesOf(graph);
  const sides = inputs.map((input) => cut(graph, input, sources));
  const [first, ...others] = sides;
  if (!first || first.length === 0 || first.every((value) => value === inputs[0])) return undefined;
  const ordered = [first];
  for (const [index, side] of others.entries()) {
    const matched = match(graph, [inputs[0] ?? '', first], [inputs[index + 1] ?? '', side]);
    if (!matched) return undefined;
    ordered.push(matched);
  }
  const ports = first.map((value, index) => portOf(`part${index}`, values.get(value)));
  if (!ports.every((port) => port !== undefined)) return undefined;
  return { each: eachOf(graph, inputs[0] ?? '', first, ports), rest: restOf(graph, inputs, ordered, ports) };
}

/** Which of the graph's inputs each value hangs on. */
function sourcesOf(graph: Graph): Map<string, ReadonlySet<string>> {
  const sources = new Map<string, ReadonlySet<string>>();
  for (const { name } of graph.inputs) sources.set(name, new Set([name]));
  for (const node of graph.nodes) {
    const all = new Set(node.inputs.flatMap((value) => [...(sources.get(value) ?? [])]));
    for (const value of node.outputs) sources.set(value, all);
  }
  return sources;
}

/** Values of one input alone that are read by what hangs on others too. */
function cut(graph: Graph, input: string, sources: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const isOwn = (value: string) => {
    const found = sources.get(value);
    return found?.size === 1 && found.has(input);
  };
  const found = new Set<string>();
  for (const node of graph.nodes) {
    if (node.outputs.some(isOwn)) continue;
    for (const value of node.inputs) if (isOwn(value)) found.add(value);
  }
  // A result of one input alone has to be made by the rest: nothing is saved by a way around for it.
  return graph.outputs.some(({ name }) => isOwn(name)) ? [] : [...found];
}

type Side = readonly [input: string, values: readonly string[]];

/** The values of `other` in the order of those of `first` that they are the same function of. */
function match(graph: Graph, [firstInput, first]: Side, [otherInput, other]: Side): string[] | undefined {
  if (first.length !== other.length) return undefined;
  const isSame = sameness(graph, firstInput, otherInput);
  const left = [...other];
  const matched = first.map((value) => {
    const at = left.findIndex((candidate) => isSame(value, candidate));
    return at < 0 ? undefined : left.splice(at, 1)[0];
  });
  return matched.every((value) => value !== undefined) ? matched : undefined;
}

/** Tells whether two values are computed alike, the one of the first input, the other of the second. */
function sameness(graph: Graph, first: string, second: string): (a: string, b: string) => boolean {
  const makers = new Map<string, GraphNode>();
  for (const node of graph.nodes) for (const value of node.outputs) makers.set(value, node);
  const known = new Map<string, boolean>();
  const isSame = (a: string, b: string): boolean => {
    if (a === first || b === second) return a === first && b === second;
    const key = JSON.stringify([a, b]);
    const found = known.get(key) ?? compare(a, b);
    known.set(key, found);
    return found;
  };
  const compare = (a: string, b: string): boolean => {
    if (a === b) return true;
    const [one, two] = [graph.initializers.get(a), graph.initializers.get(b)];
    if (one || two) return one !== undefined && two !== undefined && sameTensor(one, two);
    const [maker, partner] = [makers.get(a), makers.get(b)];
    if (!maker || !partner || maker.op !== partner.op || maker.domain !== partner.domain) return false;
    if (maker.outputs.indexOf(a) !== partner.outputs.indexOf(b)) return false;
    if (maker.inputs.length !== partner.inputs.length || !sameAttributes(maker, partner)) return false;
    return maker.inputs.every((value, index) => isSame(value, partner.inputs[index] ?? ''));
  };
  return isSame;
}

function sameAttributes({ attributes: a }: GraphNode, { attributes: b }: GraphNode): boolean {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].every((name) => sameAttribute(a[name], b[name]));
}

function sameAttribute(a: Attribute | undefined, b: Attribute | undefined): boolean {
  if (!a || !b) return false;
  if ('tensor' in a || 'tensor' in b) return 'tensor' in a && 'tensor' in b && sameTensor(a.tensor, b.tensor);
  return JSON.stringify(a) === JSON.stringify(b);
}

function sameTensor(a: Tensor, b: Tensor): boolean {
  if (a.type !== b.type || a.dims.join() !== b.dims.join()) return false;
  return Buffer.compare(bytesOf(a), bytesOf(b)) === 0;
}

function bytesOf({ data }: Tensor): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

function eachOf(graph: Graph, input: string, values: readonly string[], ports: readonly Port[]): Graph {
  const each = copyOf(graph);
  each.inputs = each.inputs.filter(({ name }) => name === input);
  each.outputs = [...ports];
  ports.forEach(({ name }, index) => {
    each.nodes.push(identity(values[index] ?? '', name));
  });
  dropDeadCode(each);
  return renamed(each, input, 'input');
}

function restOf(
  graph: Graph,
  inputs: readonly string[],
  sides: readonly (readonly string[])[],
  ports: readonly Port[],
): Graph {
  const rest = copyOf(graph);
  const names = new Map<string, string>();
  rest.inputs = rest.inputs.filter(({ name }) => !inputs.includes(name));
  inputs.forEach((input, side) => {
    ports.forEach((port, index) => {
      const name = `${input}/${port.name}`;
      names.set(sides[side]?.[index] ?? '', name);
      rest.inputs.push({ ...port, name });
    });
  });
  rest.nodes = rest.nodes.map((node) => ({
    ...node,
    inputs: node.inputs.map((value) => names.get(value) ?? value),
  }));
  dropDeadCode(rest);
  return rest;
}

function copyOf(graph: Graph): Graph {
  // The sizes of inner values go: they are hints for the whole.
  const { inner: _, ...rest } = graph;
  return { ...rest, nodes: [...graph.nodes], initializers: new Map(graph.initializers) };
}

function renamed(graph: Graph, from: string, to: string): Graph {
  graph.inputs = graph.inputs.map((port) => (port.name === from ? { ...port, name: to } : port));
  graph.nodes = graph.nodes.map((node) => ({
    ...node,
    inputs: node.inputs.map((value) => (value === from ? to : value)),
  }));
  return graph;
}

function identity(from: string, to: string): GraphNode {
  return { op: 'Identity', domain: '', name: `n_${to}`, inputs: [from], outputs: [to], attributes: {} };
}

function portOf(name: string, value: Value | undefined): Port | undefined {
  return value?.type === 'float32' ? { name, type: 'float32', dims: value.dims } : undefined;
}
