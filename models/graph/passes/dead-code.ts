import type { Graph } from '../graph.ts';

/** Drops nodes that nothing reads, and weights that no node reads. @returns how many things went */
export function dropDeadCode(graph: Graph): number {
  const wanted = new Set(graph.outputs.map((port) => port.name));
  const kept = [];
  for (let index = graph.nodes.length - 1; index >= 0; index -= 1) {
    const node = graph.nodes[index];
    if (!node?.outputs.some((value) => wanted.has(value))) continue;
    for (const value of node.inputs) wanted.add(value);
    kept.push(node);
  }
  let dropped = graph.nodes.length - kept.length;
  graph.nodes = kept.reverse();
  for (const name of [...graph.initializers.keys()]) {
    if (wanted.has(name)) continue;
    graph.initializers.delete(name);
    dropped += 1;
  }
  return dropped;
}
