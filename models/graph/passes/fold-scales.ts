import { consumersOf, floatsOf, type Graph, type GraphNode, redirect, type Tensor } from '../graph.ts';

/**
 * Folds multiplications by one number into the weights of the convolution before or after them. Zero padding stays
 * zero under scaling, so both directions are exact; a sum cannot be folded forwards, because padding would change.
 * @returns how many multiplications went
 */
export function foldScales(graph: Graph): number {
  let folded = 0;
  let around = surroundings(graph);
  for (const node of [...graph.nodes]) {
    if (node.op !== 'Mul' || node.domain) continue;
    const found = scaledValue(graph, node);
    const output = node.outputs[0];
    if (!found || !output) continue;
    const isResult = graph.outputs.some((port) => port.name === output);
    const conv = foldBack(graph, around, found.value, found.factor);
    if (!conv && (isResult || !foldForward(graph, around, output, found.factor))) continue;
    // A graph output keeps its name: the convolution takes it over.
    if (conv && isResult) conv.outputs[0] = output;
    else redirect(graph, output, found.value);
    graph.nodes.splice(graph.nodes.indexOf(node), 1);
    folded += 1;
    around = surroundings(graph);
  }
  return folded;
}

type Around = ReturnType<typeof surroundings>;

/** Made again after each change only: a graph of thousands of nodes has thousands of candidates. */
function surroundings(graph: Graph) {
  const makers = new Map(graph.nodes.map((node) => [node.outputs[0] ?? '', node]));
  return { makers, readers: consumersOf(graph) };
}

function scaledValue(graph: Graph, node: GraphNode): { value: string; factor: number } | undefined {
  const [a, b] = node.inputs;
  for (const [value, scalar] of [
    [a, b],
    [b, a],
  ]) {
    const data = floatsOf(graph, scalar);
    // More axes than the value has would widen it; a scalar or a vector of one never does.
    if (value && scalar && data?.length === 1 && (graph.initializers.get(scalar)?.dims.length ?? 9) <= 1) {
      return { value, factor: data[0] ?? 1 };
    }
  }
  return undefined;
}

/** Into the convolution that makes `value`, if the multiplication is all that reads it. */
function foldBack(graph: Graph, around: Around, value: string, factor: number): GraphNode | undefined {
  const conv = around.makers.get(value);
  if (conv?.op !== 'Conv' || around.readers.get(value)?.length !== 1) return undefined;
  return scaleWeights(graph, conv, factor, true) ? conv : undefined;
}

/** Into every reader of the product, if all of them are convolutions that read it as data. */
function foldForward(graph: Graph, around: Around, product: string, factor: number): boolean {
  const readers = (around.readers.get(product) ?? []).map((index) => graph.nodes[index]);
  const convs = readers.filter((node) => node?.op === 'Conv' && node.inputs[0] === product);
  if (!convs.length || convs.length !== readers.length) return false;
  if (!convs.every((node) => node && floatsOf(graph, node.inputs[1]))) return false;
  for (const node of convs) if (node) scaleWeights(graph, node, factor, false);
  return true;
}

function scaleWeights(graph: Graph, conv: GraphNode, factor: number, withBias: boolean): boolean {
  const places = withBias && conv.inputs[2] ? [1, 2] : [1];
  if (!places.every((place) => floatsOf(graph, conv.inputs[place]))) return false;
  for (const place of places) {
    const name = conv.inputs[place] ?? '';
    const tensor = graph.initializers.get(name) as Tensor;
    const scaled = (tensor.data as Float32Array).map((item) => item * factor);
    // A weight may be shared: the scaled copy gets a name of its own, and dead code takes the old one.
    const fresh = freshName(graph, name);
    graph.initializers.set(fresh, { ...tensor, data: scaled });
    conv.inputs = conv.inputs.map((value, index) => (index === place ? fresh : value));
  }
  return true;
}

function freshName(graph: Graph, base: string): string {
  let name = `${base}_s`;
  while (graph.initializers.has(name)) name += 's';
  return name;
}
