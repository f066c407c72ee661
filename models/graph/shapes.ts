import { fixed, fixedSize, type Shape, type ShapeContext, UnknownShape } from './dims.ts';
import { type Graph, type GraphNode, intOf, intsOf } from './graph.ts';
import { SHAPE_RULES } from './shape-rules.ts';

/**
 * Shapes of all values, with height and width left symbolic. Values behind an operator without a rule, or with sizes
 * that only a run can tell, are absent from the map.
 */
export function inferShapes(graph: Graph): Map<string, Shape> {
  const shapes = new Map<string, Shape>();
  for (const [name, tensor] of graph.initializers) shapes.set(name, tensor.dims.map(fixed));
  for (const port of graph.inputs) {
    const { dims } = port;
    // Height and width are the last two axes of a picture; a symbolic batch counts as one picture.
    shapes.set(
      port.name,
      dims.map((dim, axis) => {
        if (typeof dim === 'number') return fixed(dim);
        if (axis === dims.length - 2) return { height: 1, width: 0, plus: 0 };
        if (axis === dims.length - 1) return { height: 0, width: 1, plus: 0 };
        return fixed(axis === 0 ? 1 : Number.NaN);
      }),
    );
  }
  for (const node of graph.nodes) {
    const rule = SHAPE_RULES[node.op];
    const output = node.outputs[0];
    if (!rule || !output || node.domain) continue;
    try {
      shapes.set(output, rule(contextOf(graph, node, shapes)));
    } catch (thrown) {
      if (!(thrown instanceof UnknownShape)) throw thrown;
    }
  }
  return shapes;
}

function contextOf(graph: Graph, node: GraphNode, shapes: Map<string, Shape>): ShapeContext {
  return {
    node,
    shape(index) {
      const found = shapes.get(node.inputs[index] ?? '');
      if (!found) throw new UnknownShape();
      return found;
    },
    constant(index) {
      const data = graph.initializers.get(node.inputs[index] ?? '')?.data;
      if (data instanceof Float32Array) return [...data];
      return data instanceof BigInt64Array ? Array.from(data, Number) : undefined;
    },
    int: (name, fallback) => intOf(node, name, fallback),
    ints: (name, fallback) => intsOf(node, name, fallback),
  };
}

/**
 * Output pixels per input pixel.
 * @returns the factor and the pixels added (negative: lost) on each axis, or undefined where height and width
 *   disagree or the graph's shapes cannot be told without running it
 */
export function scaleOf(graph: Graph): { scale: number; offset: number } | undefined {
  const shape = inferShapes(graph).get(graph.outputs[0]?.name ?? '');
  const [, , height, width] = shape ?? [];
  if (!height || !width || height.width !== 0 || width.height !== 0) return undefined;
  if (height.height !== width.width || height.plus !== width.plus || !(height.height > 0)) return undefined;
  return { scale: height.height, offset: height.plus };
}

/** Channels of a value, where they can be told. */
export function channelsOf(graph: Graph, value: string): number | undefined {
  return fixedSize(inferShapes(graph).get(value)?.[1]);
}

/**
 * Peak bytes of live float32 activations per input pixel: walks the nodes in order, holding each value from the node
 * that makes it to its last reader. An estimate from below: onnxruntime on the CPU was seen to take 1.2 to 2 times as
 * much (its arena, changes of layout).
 */
export function activationBytesPerPixel(graph: Graph): number {
  const shapes = inferShapes(graph);
  const lastUse = new Map<string, number>();
  graph.nodes.forEach((node, index) => {
    for (const value of node.inputs) lastUse.set(value, index);
  });
  for (const port of graph.outputs) lastUse.set(port.name, graph.nodes.length);
  const bytes = (value: string) => {
    const shape = shapes.get(value);
    if (!shape || graph.initializers.has(value)) return 0;
    // Only what grows with the picture's area counts; a row or a vector is noise beside it.
    const factor = (key: 'height' | 'width') => shape.reduce((sum, dim) => sum + dim[key], 0);
    const fixedPart = shape.reduce((product, dim) => product * (fixedSize(dim) ?? 1), 1);
    return 4 * fixedPart * factor('height') * factor('width');
  };
  let live = graph.inputs.reduce((sum, port) => sum + bytes(port.name), 0);
  let peak = live;
  graph.nodes.forEach((node, index) => {
    for (const value of node.outputs) live += bytes(value);
    peak = Math.max(peak, live);
    for (const value of new Set([...node.inputs, ...node.outputs])) {
      if ((lastUse.get(value) ?? index) === index) live -= bytes(value);
    }
  });
  return peak;
}
