import type { Graph, GraphNode, Port } from './graph.ts';

/** A node that stands between the network and one of its ports. */
export function portNode(
  op: string,
  inputs: string[],
  output: string,
  attributes: GraphNode['attributes'] = {},
): GraphNode {
  return { op, domain: '', name: `port_${output}`, inputs, outputs: [output], attributes };
}

/** A name that no value of the graph has. */
export function freshName(graph: Graph, hint: string): string {
  const taken = new Set(graph.nodes.flatMap(({ inputs, outputs }) => [...inputs, ...outputs]));
  for (const { name } of [...graph.inputs, ...graph.outputs]) taken.add(name);
  for (const name of graph.initializers.keys()) taken.add(name);
  let name = hint;
  for (let number = 2; taken.has(name); number += 1) name = `${hint}_${number}`;
  return name;
}

/** Calls a value by another name wherever it is made or read. */
export function rename(graph: Graph, from: string, to: string): void {
  const renamed = (value: string) => (value === from ? to : value);
  graph.nodes = graph.nodes.map((each) => ({
    ...each,
    inputs: each.inputs.map(renamed),
    outputs: each.outputs.map(renamed),
  }));
  const tensor = graph.initializers.get(from);
  if (!tensor) return;
  graph.initializers.delete(from);
  graph.initializers.set(to, tensor);
}

/** The same node under a name that no other has: ONNX Runtime refuses two of one. */
function apart(graph: Graph, node: GraphNode): GraphNode {
  const taken = new Set(graph.nodes.map(({ name }) => name));
  let { name } = node;
  for (let number = 2; taken.has(name); number += 1) name = `${node.name}_${number}`;
  return { ...node, name };
}

/** Puts nodes before all others, in their order. */
export function putFirst(graph: Graph, nodes: readonly GraphNode[]): void {
  for (const each of nodes.toReversed()) graph.nodes.unshift(apart(graph, each));
}

/** A foreign file may call something inside as a port is to be called. */
function makeFree(graph: Graph, name: string, port: string): void {
  if (name !== port) rename(graph, name, freshName(graph, `${name}_inside`));
}

/**
 * Puts `port` in the place of the input `from`: whatever reads `from` reads the result of `make` instead.
 * @param make is told the name that it has to give its result; undefined: the port itself is read
 */
export function portIn(
  graph: Graph,
  from: string,
  port: Port,
  make: (inner: string) => GraphNode | undefined,
): void {
  makeFree(graph, port.name, from);
  const filed = freshName(graph, `${port.name}_as_filed`);
  const inner = make(filed);
  const place = inner ? filed : port.name;
  for (const each of graph.nodes) each.inputs = each.inputs.map((value) => (value === from ? place : value));
  if (inner) putFirst(graph, [inner]);
  graph.inputs = graph.inputs.map((each) => (each.name === from ? port : each));
}

/**
 * Makes `port` the only output; the nodes of `make` lead there from what was the output `from`.
 * @param make is told under which name that is found now; the last of its nodes gives `port`
 */
export function portOut(graph: Graph, from: string, port: Port, make: (inner: string) => GraphNode[]): void {
  makeFree(graph, port.name, from);
  const inner = freshName(graph, `${port.name}_as_filed`);
  rename(graph, from, inner);
  for (const each of make(inner)) graph.nodes.push(apart(graph, each));
  graph.outputs = [port];
}
