import { consumersOf, floatsOf, type Graph, type GraphNode, intOf } from '../graph.ts';
import { addConstant, floats } from './rewrite.ts';

/**
 * Brings slopes above 1 below it: with s > 1, prelu(x; s) = -s * prelu(-x; 1/s). So the convolution before makes the
 * channel negative, the slope is inverted, and the convolutions after take -s into their weights. Costs nothing at
 * run time, and `preluToConv` needs slopes of at most 1.
 * @returns how many PRelu were changed
 */
export function flipSteepPrelu(graph: Graph): number {
  let changed = 0;
  const consumers = consumersOf(graph);
  const readersOf = (value: string) => (consumers.get(value) ?? []).map((index) => graph.nodes[index]);
  for (const prelu of graph.nodes) {
    const slopes = prelu.op === 'PRelu' && !prelu.domain ? floatsOf(graph, prelu.inputs[1]) : undefined;
    if (!slopes?.some((slope) => slope > 1)) continue;
    const x = prelu.inputs[0] ?? '';
    const before = graph.nodes.find((node) => node.outputs[0] === x);
    const after = readersOf(prelu.outputs[0] ?? '');
    if (!before || !isPlainConv(graph, before) || readersOf(x).length !== 1) continue;
    if (
      !after.length ||
      !after.every((node) => node && isPlainConv(graph, node) && !isReadTwice(node, prelu))
    )
      continue;
    const outer = slopes.map((slope) => (slope > 1 ? -1 : 1));
    scaleConv(graph, before, outer, 'outputs');
    for (const node of after) {
      if (node)
        scaleConv(
          graph,
          node,
          slopes.map((slope) => (slope > 1 ? -slope : 1)),
          'inputs',
        );
    }
    const inverted = slopes.map((slope) => (slope > 1 ? 1 / slope : slope));
    const dims = graph.initializers.get(prelu.inputs[1] ?? '')?.dims ?? [];
    prelu.inputs = [x, addConstant(graph, `${prelu.inputs[1]}_flipped`, floats(dims, inverted))];
    changed += 1;
  }
  return changed;
}

function isPlainConv(graph: Graph, node: GraphNode): boolean {
  const known = floatsOf(graph, node.inputs[1]) && (!node.inputs[2] || floatsOf(graph, node.inputs[2]));
  return node.op === 'Conv' && !node.domain && intOf(node, 'group', 1) === 1 && known !== undefined;
}

function isReadTwice(node: GraphNode, prelu: GraphNode): boolean {
  return node.inputs.filter((value) => prelu.outputs.includes(value)).length !== 1;
}

/** Multiplies a convolution's output channels (weights and bias) or input channels (weights) by factors. */
function scaleConv(graph: Graph, conv: GraphNode, factors: Float32Array, side: 'outputs' | 'inputs'): void {
  const [, weightName = '', biasName] = conv.inputs;
  const weight = floatsOf(graph, weightName) ?? new Float32Array();
  const dims = graph.initializers.get(weightName)?.dims ?? [];
  const [, channels = 1, height = 1, width = 1] = dims;
  const area = height * width;
  const scaled = weight.map((value, index) => {
    const channel =
      side === 'outputs' ? Math.floor(index / (channels * area)) : Math.floor(index / area) % channels;
    return value * (factors[channel] ?? 1);
  });
  const inputs = [conv.inputs[0] ?? '', addConstant(graph, `${weightName}_f`, floats(dims, scaled))];
  const bias = floatsOf(graph, biasName);
  if (bias && biasName) {
    const flipped = side === 'outputs' ? bias.map((value, index) => value * (factors[index] ?? 1)) : bias;
    inputs.push(
      side === 'outputs' ? addConstant(graph, `${biasName}_f`, floats([bias.length], flipped)) : biasName,
    );
  }
  conv.inputs = inputs;
}
