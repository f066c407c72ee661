import { unknownModel } from '../errors.ts';
import { type Graph, type GraphNode, redirect } from './graph.ts';
import { addConstant, floats } from './passes/rewrite.ts';

/**
 * What a network must have around it before every picture can go through it: Gesso hands over RGB 0..1 of the
 * picture's own size and wants RGB of exactly `scale` times that size back.
 */
export interface Adaptation {
  /** Output pixels per input pixel. */
  readonly scale: number;
  /** Output pixels added to scale * input: negative where the network eats its border. */
  readonly offset: number;
  /** Constant planes that the network reads behind the picture's channels. */
  readonly planes?: readonly number[] | undefined;
  /** Channels of the picture that it takes and gives. */
  readonly inputChannels: number;
  readonly outputChannels: number;
  /** The network gives only what is missing from the enlarged picture. */
  readonly addsEnlarged?: boolean | undefined;
}

/**
 * Adapts a graph in place: its input and output become [1, 3, height, width].
 * @param file for messages
 * @throws GessoError model/unknown-architecture where it cannot be done
 */
export function adapt(graph: Graph, to: Adaptation, file: string): void {
  if (to.planes?.length) addPlanes(graph, to.planes, to.inputChannels);
  fillBorder(graph, to, file);
  if (to.addsEnlarged) addEnlarged(graph, to.scale);
  if (to.inputChannels === 1 && to.outputChannels === 1) overColours(graph);
  else if (to.inputChannels !== 3 || to.outputChannels !== 3) {
    throw unknownModel(file, `pictures of ${to.inputChannels} channels in and ${to.outputChannels} out`);
  }
}

function node(
  op: string,
  inputs: string[],
  output: string,
  attributes: GraphNode['attributes'] = {},
): GraphNode {
  return { op, domain: '', name: `adapted_${output}`, inputs, outputs: [output], attributes };
}

/** Puts nodes before the network; the last of them makes what the network reads instead of its input. */
function before(graph: Graph, makes: (input: string) => GraphNode[]): void {
  const input = graph.inputs[0]?.name ?? '';
  const nodes = makes(input);
  const last = nodes.at(-1)?.outputs[0];
  if (!last) return;
  redirect(graph, input, last);
  graph.nodes.unshift(...nodes);
}

/** Puts nodes behind the network, which then makes `inner`; the last of them must make the output. */
function behind(graph: Graph, inner: string, makes: (inner: string, output: string) => GraphNode[]): void {
  const output = graph.outputs[0]?.name ?? '';
  graph.nodes = graph.nodes.map((each) => ({
    ...each,
    outputs: each.outputs.map((value) => (value === output ? inner : value)),
  }));
  redirect(graph, output, inner);
  graph.nodes.push(...makes(inner, output));
}

/** Planes of one number each, of the picture's size: nothing of one channel plus the numbers. */
function addPlanes(graph: Graph, planes: readonly number[], channels: number): void {
  const [start, end, axis] = [0, 1, 1].map((value, index) =>
    addConstant(graph, `planes_${index}`, {
      type: 'int64',
      dims: [1],
      data: BigInt64Array.of(BigInt(value)),
    }),
  ) as [string, string, string];
  const zero = addConstant(graph, 'planes_zero', floats([], Float32Array.of(0)));
  const values = addConstant(
    graph,
    'planes_values',
    floats([planes.length, 1, 1], Float32Array.from(planes)),
  );
  before(graph, (input) => [
    node('Slice', [input, start, end, axis], 'plane_of_one'),
    node('Mul', ['plane_of_one', zero], 'plane_of_zeros'),
    node('Add', ['plane_of_zeros', values], 'planes'),
    node('Concat', [input, 'planes'], 'picture_and_planes', { axis: { int: 1 } }),
  ]);
  const [port] = graph.inputs;
  if (port) graph.inputs = [{ ...port, dims: [1, channels, 'height', 'width'] }];
}

/** Mirrors the picture around itself where the network has no padding inside (waifu2x, Real-CUGAN). */
function fillBorder(graph: Graph, { scale, offset }: Adaptation, file: string): void {
  const border = -offset / (2 * scale);
  if (!Number.isInteger(border) || border < 0) {
    throw unknownModel(file, 'an output smaller or larger than its scale says');
  }
  if (border === 0) return;
  const pads = [0, 0, border, border, 0, 0, border, border].map(BigInt);
  const name = addConstant(graph, 'border', { type: 'int64', dims: [8], data: BigInt64Array.from(pads) });
  before(graph, (input) => [
    node('Pad', [input, name], 'picture_with_border', { mode: { string: 'reflect' } }),
  ]);
}

/** Adds the picture, every pixel scale x scale times. */
function addEnlarged(graph: Graph, scale: number): void {
  const input = graph.inputs[0]?.name ?? '';
  const scales = addConstant(graph, 'enlarged_scales', floats([4], Float32Array.of(1, 1, scale, scale)));
  behind(graph, 'missing', (inner, output) => [
    node('Resize', [input, '', scales], 'enlarged', {
      mode: { string: 'nearest' },
      coordinate_transformation_mode: { string: 'asymmetric' },
      nearest_mode: { string: 'floor' },
    }),
    node('Add', [inner, 'enlarged'], output),
  ]);
}

/** A network for grey pictures sees each of the three colours as a picture of its own. */
function overColours(graph: Graph): void {
  const swap = { perm: { ints: [1, 0, 2, 3] } };
  before(graph, (input) => [node('Transpose', [input], 'colours_as_pictures', swap)]);
  behind(graph, 'pictures_out', (inner, output) => [node('Transpose', [inner], output, swap)]);
  graph.inputs = graph.inputs.map((port) => ({ ...port, dims: [1, 3, 'height', 'width'] }));
  graph.outputs = graph.outputs.map((port) => ({ ...port, dims: [1, 3, 'output_height', 'output_width'] }));
}
