import { consumersOf, floatsOf, type Graph, type GraphNode, redirect } from '../graph.ts';

/**
 * Takes out nodes that hand their input on unchanged: Identity, a Concat of one, times 1, plus 0, Resize by 1.
 * An Identity that gives a graph output its name goes by renaming the value it reads.
 * @returns how many went
 */
export function removeIdentities(graph: Graph): number {
  let removed = 0;
  for (const node of [...graph.nodes]) {
    const source = passedOn(graph, node);
    const output = node.outputs[0];
    if (source === undefined || output === undefined) continue;
    if (graph.outputs.some((port) => port.name === output)) {
      if (node.op !== 'Identity' || !renameProduced(graph, source, output)) continue;
    } else {
      redirect(graph, output, source);
    }
    graph.nodes.splice(graph.nodes.indexOf(node), 1);
    removed += 1;
  }
  return removed;
}

function passedOn(graph: Graph, node: GraphNode): string | undefined {
  const [a, b, c] = node.inputs;
  if (node.domain) return undefined;
  switch (node.op) {
    case 'Identity':
      return a;
    case 'Concat':
      return node.inputs.length === 1 ? a : undefined;
    case 'Resize':
      return c && isAll(graph, c, 1) ? a : undefined;
    case 'Mul':
      return scalarPartner(graph, a, b, 1);
    case 'Add':
      return scalarPartner(graph, a, b, 0);
    default:
      return undefined;
  }
}

/** The other side, where one side is the lone number `value` (more elements could widen the shape). */
function scalarPartner(graph: Graph, a: string | undefined, b: string | undefined, value: number) {
  if (isLone(graph, b, value)) return a;
  return isLone(graph, a, value) ? b : undefined;
}

function isLone(graph: Graph, name: string | undefined, value: number): boolean {
  const data = floatsOf(graph, name);
  return (
    data?.length === 1 && data[0] === value && (graph.initializers.get(name ?? '')?.dims.length ?? 9) <= 1
  );
}

function isAll(graph: Graph, name: string, value: number): boolean {
  const data = floatsOf(graph, name);
  return data !== undefined && data.length > 0 && data.every((item) => item === value);
}

function renameProduced(graph: Graph, from: string, to: string): boolean {
  const producer = graph.nodes.find((node) => node.outputs.includes(from));
  if (!producer || consumersOf(graph).get(from)?.includes(-1)) return false;
  producer.outputs[producer.outputs.indexOf(from)] = to;
  redirect(graph, from, to);
  return true;
}
