import { floatsOf, type Graph, type GraphNode, intOf } from '../graph.ts';
import { Surroundings } from './pattern.ts';
import { addConstant, floats } from './rewrite.ts';

/**
 * Takes a factor and a shift a channel (what is left of BatchNorm when nothing is learnt) into the convolution before
 * them.
 * @returns how many went
 */
export function affineIntoConv(graph: Graph): number {
  let folded = 0;
  const around = new Surroundings(graph);
  const gone = new Set<GraphNode>();
  for (const conv of graph.nodes) {
    if (conv.op !== 'Conv' || conv.domain) continue;
    const weight = floatsOf(graph, conv.inputs[1]);
    const dims = graph.initializers.get(conv.inputs[1] ?? '')?.dims;
    const bias = conv.inputs[2] ? floatsOf(graph, conv.inputs[2]) : undefined;
    const [output = ''] = conv.outputs;
    const next = around.reader(output, 'Mul', 'Add', 'BatchNormalization');
    const [channels = 0] = dims ?? [];
    if (!weight || !dims || (conv.inputs[2] && !bias) || !next || gone.has(next)) continue;
    const affine = affineOf(graph, around, next, output, channels);
    if (!affine) continue;
    const each = weight.length / channels;
    const { factor, shift } = affine;
    const shifts = shift.map((value, channel) => value + (bias?.[channel] ?? 0) * (factor[channel] ?? 1));
    const [x = ''] = conv.inputs;
    conv.inputs = [
      x,
      conv.inputs[1] ?? '',
      addConstant(graph, `${next.outputs[0]}_bias`, floats([channels], shifts)),
    ];
    if (factor.some((value) => value !== 1)) {
      const scaled = weight.map((value, at) => value * (factor[Math.floor(at / each)] ?? 1));
      conv.inputs[1] = addConstant(graph, `${next.outputs[0]}_weight`, floats(dims, scaled));
    }
    // The convolution takes over the name that readers know.
    conv.outputs[0] = next.outputs[0] ?? '';
    gone.add(next);
    folded += 1;
  }
  graph.nodes = graph.nodes.filter((node) => !gone.has(node));
  return folded;
}

function affineOf(graph: Graph, around: Surroundings, node: GraphNode, conv: string, channels: number) {
  const ones = () => new Float32Array(channels).fill(1);
  if (node.op === 'BatchNormalization') {
    const [scale, shift, mean, variance] = node.inputs.slice(1).map((name) => floatsOf(graph, name));
    const epsilon = node.attributes.epsilon;
    const least = epsilon && 'float' in epsilon ? epsilon.float : 1e-5;
    if (!scale || !shift || !mean || !variance || intOf(node, 'training_mode', 0)) return undefined;
    if (node.inputs[0] !== conv || node.outputs.length !== 1) return undefined;
    const factor = scale.map((value, at) => value / Math.sqrt((variance[at] ?? 0) + least));
    return { factor, shift: shift.map((value, at) => value - (mean[at] ?? 0) * (factor[at] ?? 0)) };
  }
  const sides = around.pair(node, (value) => {
    const data = floatsOf(graph, value);
    const dims = graph.initializers.get(value)?.dims ?? [];
    const place = dims.length - 3;
    const fits =
      dims.length >= 3 &&
      dims.length <= 4 &&
      dims.every((dim, axis) => dim === (axis === place ? channels : 1));
    return data?.length === channels && channels > 1 && fits ? data : undefined;
  });
  if (!sides || sides[1] !== conv) return undefined;
  return node.op === 'Mul'
    ? { factor: sides[0], shift: new Float32Array(channels) }
    : { factor: ones(), shift: sides[0] };
}
