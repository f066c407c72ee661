import { type Dim, fixedSize, type Shape } from '../dims.ts';
import type { Graph, GraphNode, Port } from '../graph.ts';
import { inferShapes } from '../shapes.ts';

/** Operators that meet element by element: a size that is built into one side fixes the other. */
const MEETING = new Set(['Add', 'Sub', 'Mul', 'Div', 'Max', 'Min', 'Pow', 'Sum', 'Where', 'PRelu', 'Concat']);

/**
 * Frees height and width of a picture input that was saved at one size, where nothing in the graph depends on it:
 * every shape can be told by the shape rules with the size left open, the output still follows the input, and no
 * constant of the picture's size and no fixed size of a Resize is in the way.
 * @returns how many inputs were freed: 1, or 0 where the graph stays as it is
 */
export function liftFixedSizes(graph: Graph): number {
  const picture = graph.inputs.find(isFixedPicture);
  if (!picture) return 0;
  const [high, wide] = pictureAxes(picture);
  const dims = picture.dims.map((dim, axis) => (axis === high ? 'height' : axis === wide ? 'width' : dim));
  const inputs = graph.inputs.map((port) => (port === picture ? { ...picture, dims } : port));
  const shapes = inferShapes({ ...graph, inputs });
  if (!graph.nodes.every((node) => staysFree(node, shapes))) return 0;
  const outputs = graph.outputs.map((port) => ({ ...port, dims: freed(shapes.get(port.name) ?? []) }));
  if (!outputs.some(({ dims: made }) => made.includes('output_height') && made.includes('output_width')))
    return 0;
  graph.inputs = inputs;
  graph.outputs = outputs;
  return 1;
}

function isFixedPicture({ dims }: Port): boolean {
  return (
    dims.length === 4 && dims.slice(1).every((dim) => typeof dim === 'number' && dim > 0) && pictureSize(dims)
  );
}

/** A style vector of 1x1 is no picture. */
function pictureSize(dims: Port['dims']): boolean {
  return Number(dims[2]) > 1 && (Number(dims[1]) > 1 || Number(dims[3]) > 1);
}

/** TensorFlow's pictures have their few channels last. */
function pictureAxes({ dims }: Port): readonly [number, number] {
  const [, second = 0, , last = 0] = dims.map(Number);
  return last <= 4 && second > 4 ? [1, 2] : [2, 3];
}

function staysFree(node: GraphNode, shapes: ReadonlyMap<string, Shape>): boolean {
  const [value = ''] = node.outputs;
  if (!shapes.has(value)) return false;
  if (node.op === 'Resize' && node.inputs[3]) return false;
  if (node.op === 'ConvTranspose' && node.attributes.output_shape) return false;
  if (!MEETING.has(node.op)) return true;
  const given = node.inputs.map((input) => shapes.get(input) ?? []);
  const rank = Math.max(...given.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, axis) =>
    given.map((shape) => shape[axis - rank + shape.length]).filter((dim) => dim !== undefined),
  ).every(agree);
}

/** All fixed, or all free: a fixed size of 1 goes with anything. */
function agree(dims: readonly Dim[]): boolean {
  const fixed = dims.map(fixedSize);
  return fixed.every((size) => size === undefined || size === 1) || fixed.every((size) => size !== undefined);
}

function freed(shape: Shape): (number | string)[] {
  return shape.map((dim) => fixedSize(dim) ?? (dim.width === 0 ? 'output_height' : 'output_width'));
}
