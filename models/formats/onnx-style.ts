import { brokenModel, unknownModel } from '../errors.ts';
import type { Graph, Port } from '../graph/graph.ts';
import { affineNorm } from '../graph/passes/affine-norm.ts';
import { foldQuantisation } from '../graph/passes/fold-quantisation.ts';
import { optimise } from '../graph/passes/index.ts';
import { liftFixedSizes } from '../graph/passes/lift-sizes.ts';
import { addConstant } from '../graph/passes/rewrite.ts';
import { portIn, portNode, portOut } from '../graph/ports.ts';
import { readOnnx } from '../graph/read.ts';
import { upgradeOpset } from '../graph/upgrade.ts';
import { MAX_ONNX_BYTES, readLimited } from './bytes.ts';

/** A network of Style, its ports named and shaped alike whatever the file has. */
export interface StyleGraph {
  readonly graph: Graph;
  /** `reads`: a picture (`input`) becomes a style (`output`, [N]). `paints`: a picture and a style (`style`, [N]). */
  readonly role: 'reads' | 'paints';
  /** Numbers of a style. */
  readonly values: number;
}

/** The ports of a network of Style. */
export const STYLE_PORTS = { picture: 'input', style: 'style', output: 'output' } as const;

/**
 * Reads an ONNX file of a network that reads or paints styles: made of floats where it was quantised, channels first
 * where they came last, of any size where it was saved at one, and optimised.
 * @throws GessoError model/missing, model/broken, model/unsafe, model/unknown-architecture
 */
export async function readStyleNetwork(file: string): Promise<StyleGraph> {
  const graph = readOnnx(await readLimited(file, MAX_ONNX_BYTES), file);
  const foreign = graph.nodes.find(({ domain }) => domain && domain !== 'com.microsoft');
  if (foreign) throw unknownModel(file, `an operator of its own, ${foreign.domain}.${foreign.op}`);
  upgradeOpset(graph);
  // Each of these networks kept its activations; what ranges would cut off only takes time.
  foldQuantisation(graph, { freeRanges: true });
  const picture = graph.inputs.find(isPicture);
  const style = graph.inputs.find((port) => port !== picture);
  const [output, ...others] = graph.outputs;
  if (!picture || !output || others.length > 0 || graph.inputs.length > 2)
    throw unknownModel(file, 'other inputs than a picture and a style');
  const role = style ? 'paints' : 'reads';
  const list = style ?? output;
  const values = list.dims.reduce<number>((product, dim) => product * Number(dim), 1);
  if (!Number.isInteger(values) || values < 1 || values > 4096)
    throw brokenModel(file, 'its style has no size that can be told');
  channelsFirst(graph, picture.name, STYLE_PORTS.picture);
  if (style) {
    asList(graph, style.name, STYLE_PORTS.style, values);
    outChannelsFirst(graph, output.name, STYLE_PORTS.output);
  } else listOut(graph, output.name, STYLE_PORTS.output, values);
  // The picture is the first input whatever the file's order.
  graph.inputs.sort((a, b) => Number(a.name === STYLE_PORTS.style) - Number(b.name === STYLE_PORTS.style));
  optimise(graph);
  // A style is read from pictures of one size; only what paints goes on to others.
  if (role === 'paints') {
    liftFixedSizes(graph);
    affineNorm(graph);
  }
  return { graph, role, values };
}

function isPicture({ dims }: Port): boolean {
  return dims.length === 4 && (dims[1] === 3 || dims[3] === 3);
}

const FIRST_TO_LAST = { perm: { ints: [0, 2, 3, 1] } };
const LAST_TO_FIRST = { perm: { ints: [0, 3, 1, 2] } };

function channelsFirst(graph: Graph, name: string, called: string): void {
  const dims = graph.inputs.find((port) => port.name === name)?.dims ?? [];
  const isLast = dims[3] === 3 && dims[1] !== 3;
  const [high, wide] = isLast ? [dims[1], dims[2]] : [dims[2], dims[3]];
  const size = [high, wide].map((dim, axis) =>
    typeof dim === 'number' ? dim : (['height', 'width'] as const)[axis]!,
  );
  portIn(graph, name, { name: called, type: 'float32', dims: [1, 3, ...size] }, (inner) =>
    isLast ? portNode('Transpose', [called], inner, FIRST_TO_LAST) : undefined,
  );
}

function outChannelsFirst(graph: Graph, name: string, called: string): void {
  const dims = graph.outputs.find((port) => port.name === name)?.dims ?? [];
  const isLast = dims[3] === 3 && dims[1] !== 3;
  const port: Port = { name: called, type: 'float32', dims: [1, 3, 'output_height', 'output_width'] };
  portOut(graph, name, port, (inner) => [
    isLast ? portNode('Transpose', [inner], called, LAST_TO_FIRST) : portNode('Identity', [inner], called),
  ]);
}

function asList(graph: Graph, name: string, called: string, values: number): void {
  const dims = graph.inputs.find((port) => port.name === name)?.dims.map(Number) ?? [];
  const shape = addConstant(graph, 'style_shape', int64s(dims));
  portIn(graph, name, { name: called, type: 'float32', dims: [values] }, (inner) =>
    dims.length === 1 ? undefined : portNode('Reshape', [called, shape], inner),
  );
}

function listOut(graph: Graph, name: string, called: string, values: number): void {
  const shape = addConstant(graph, 'style_shape', int64s([values]));
  portOut(graph, name, { name: called, type: 'float32', dims: [values] }, (inner) => [
    portNode('Reshape', [inner, shape], called),
  ]);
}

function int64s(values: readonly number[]) {
  return { type: 'int64', dims: [values.length], data: BigInt64Array.from(values, BigInt) } as const;
}
