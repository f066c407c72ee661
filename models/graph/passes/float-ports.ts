import { type Graph, redirect } from '../graph.ts';
import { DATA_TYPES } from '../proto.ts';

/**
 * Lets a network of half floats take and give floats, as everything around it does: a Cast at both ends. What happens
 * between them stays in halves.
 * @returns how many ports were changed
 */
export function floatPorts(graph: Graph): number {
  const names = new Set(graph.nodes.flatMap(({ inputs, outputs }) => [...inputs, ...outputs]));
  const fresh = (hint: string) => {
    let name = `${hint}_half`;
    while (names.has(name)) name += '_';
    names.add(name);
    return name;
  };
  const cast = (from: string, to: string, type: 'float16' | 'float32') => {
    const attributes = { to: { int: DATA_TYPES[type] } };
    return { op: 'Cast', domain: '', name: `n_cast_${to}`, inputs: [from], outputs: [to], attributes };
  };
  let changed = 0;
  graph.inputs = graph.inputs.map((port) => {
    if (port.type !== 'float16') return port;
    const half = fresh(port.name);
    redirect(graph, port.name, half);
    graph.nodes.unshift(cast(port.name, half, 'float16'));
    changed += 1;
    return { ...port, type: 'float32' };
  });
  graph.outputs = graph.outputs.map((port) => {
    if (port.type !== 'float16') return port;
    const half = fresh(port.name);
    for (const node of graph.nodes) {
      const place = node.outputs.indexOf(port.name);
      if (place >= 0) node.outputs[place] = half;
    }
    redirect(graph, port.name, half);
    graph.nodes.push(cast(half, port.name, 'float32'));
    changed += 1;
    return { ...port, type: 'float32' };
  });
  return changed;
}
