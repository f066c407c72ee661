import { brokenModel } from '../errors.ts';
import type { Graph, GraphNode } from './graph.ts';

/**
 * Checks that every value is made once and before it is read, and puts the nodes into such an order where a file has
 * them in another.
 * @param file for messages
 * @throws GessoError model/broken for a value made twice, made by nobody, or made of itself
 */
export function orderNodes(graph: Graph, file: string): void {
  const known = new Set(['', ...graph.initializers.keys(), ...graph.inputs.map((port) => port.name)]);
  const makers = new Map<string, GraphNode>();
  for (const node of graph.nodes) {
    for (const value of node.outputs) {
      if (value === '') continue;
      if (known.has(value) || makers.has(value))
        throw brokenModel(file, `it makes the value "${shown(value)}" twice`);
      makers.set(value, node);
    }
  }
  const read = [...graph.nodes.flatMap((node) => node.inputs), ...graph.outputs.map((port) => port.name)];
  const missing = read.find((value) => !known.has(value) && !makers.has(value));
  if (missing !== undefined)
    throw brokenModel(file, `it reads the value "${shown(missing)}", which nothing makes`);

  // Kahn's algorithm: a node is ready when the last of the nodes that it waits for is done.
  const waiting = new Map<GraphNode, number>();
  const readers = new Map<GraphNode, GraphNode[]>();
  for (const node of graph.nodes) {
    const needed = new Set(node.inputs.flatMap((value) => makers.get(value) ?? []));
    waiting.set(node, needed.size);
    for (const maker of needed) {
      const list = readers.get(maker);
      if (list) list.push(node);
      else readers.set(maker, [node]);
    }
  }
  const done = graph.nodes.filter((node) => waiting.get(node) === 0);
  for (let index = 0; index < done.length; index += 1) {
    for (const reader of readers.get(done[index] as GraphNode) ?? []) {
      const left = (waiting.get(reader) ?? 0) - 1;
      waiting.set(reader, left);
      if (left === 0) done.push(reader);
    }
  }
  if (done.length < graph.nodes.length) throw brokenModel(file, 'its nodes wait for each other in a circle');
  if (!inOrder(graph.nodes, known)) graph.nodes = done;
}

/** Most files are in order already and stay as they are: the passes look at neighbours. */
function inOrder(nodes: readonly GraphNode[], known: ReadonlySet<string>): boolean {
  const made = new Set(known);
  return nodes.every((node) => {
    const ready = node.inputs.every((value) => made.has(value));
    for (const value of node.outputs) made.add(value);
    return ready;
  });
}

function shown(name: string): string {
  return name.slice(0, 100);
}
