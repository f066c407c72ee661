import { concreteValues, inputDimsFor, type PictureSize } from './concrete.ts';
import { peakBytes } from './cost.ts';
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

/** Two sizes to tell a slope by where shapes are computed while running: multiples of what networks ask for. */
const PROBES: readonly [PictureSize, PictureSize] = [
  { height: 192, width: 256 },
  { height: 384, width: 512 },
];

/**
 * Output pixels per input pixel.
 * @returns the factor and the pixels added (negative: lost) on each axis, or undefined where height and width
 *   disagree or the graph's shapes cannot be told without running it
 */
export function scaleOf(graph: Graph): { scale: number; offset: number } | undefined {
  const output = graph.outputs[0]?.name ?? '';
  const shape = inferShapes(graph).get(output);
  if (!shape) return measuredScale(graph, output);
  const [, , height, width] = shape;
  if (!height || !width || height.width !== 0 || width.height !== 0) return undefined;
  if (height.height !== width.width || height.plus !== width.plus || !(height.height > 0)) return undefined;
  return { scale: height.height, offset: height.plus };
}

function measuredScale(graph: Graph, output: string): { scale: number; offset: number } | undefined {
  const [small, large] = PROBES.map((size) => {
    const dims = concreteValues(graph, inputDimsFor(graph, size)).get(output)?.dims;
    return dims?.length === 4 ? { height: dims[2] ?? 0, width: dims[3] ?? 0 } : undefined;
  });
  if (!small || !large) return undefined;
  const [from, to] = PROBES;
  const scale = (large.height - small.height) / (to.height - from.height);
  const offset = small.height - scale * from.height;
  const agrees = small.width === scale * from.width + offset && large.width === scale * to.width + offset;
  return agrees && scale > 0 ? { scale, offset } : undefined;
}

/** Channels of a value, where they can be told. */
export function channelsOf(graph: Graph, value: string): number | undefined {
  const known = fixedSize(inferShapes(graph).get(value)?.[1]);
  return known ?? concreteValues(graph, inputDimsFor(graph, PROBES[0])).get(value)?.dims[1];
}

/** The coarsest step of a network: input pixels per pixel of its smallest features, 1 where none are smaller. */
export function strideOf(graph: Graph): number {
  const [small, large] = PROBES.map((size) => concreteValues(graph, inputDimsFor(graph, size)));
  const [from, to] = PROBES;
  let stride = 1;
  for (const [name, { dims }] of small ?? []) {
    const grown = (large?.get(name)?.dims[2] ?? 0) - (dims[2] ?? 0);
    const step = (to.height - from.height) / grown;
    if (dims.length === 4 && grown > 0 && Number.isInteger(step)) stride = Math.max(stride, step);
  }
  return stride;
}

/**
 * Peak bytes of live float32 activations per input pixel, told from two sizes so that only what grows with the
 * picture's area counts. An estimate from below: onnxruntime on the CPU was seen to take 1.2 to 2 times as much (its
 * arena, changes of layout).
 */
export function activationBytesPerPixel(graph: Graph): number {
  const [small, large] = PROBES.map((size) =>
    peakBytes(graph, concreteValues(graph, inputDimsFor(graph, size))),
  ) as [number, number];
  const [from, to] = PROBES;
  return Math.round(Math.max(0, (large - small) / (to.height * to.width - from.height * from.width)));
}
