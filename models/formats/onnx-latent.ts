import type { LatentShape } from '../architectures/architecture.ts';
import { unknownModel } from '../errors.ts';
import { concreteValues } from '../graph/concrete.ts';
import type { Graph, Port } from '../graph/graph.ts';
import { LATENT_PORTS, pictureNodes } from '../graph/latent-ports.ts';
import { addConstant } from '../graph/passes/rewrite.ts';
import { portIn, portNode, portOut } from '../graph/ports.ts';
import { type OnnxFile, toFloats } from './onnx.ts';

/** Numbers that a network may take; a picture of one pixel has fewer. */
const SIZES = { least: 4, most: 65_536 };

/** Whether a network takes a list of numbers, [N, size] or [N, size, 1, 1], and gives a picture. */
export function isLatentGraph({ inputs, outputs }: Graph): boolean {
  const [input, ...others] = inputs;
  const [output, ...more] = outputs;
  if (!input || others.length > 0 || more.length > 0 || output?.dims.length !== 4) return false;
  const [, size, ...ones] = input.dims;
  const isList = ones.length === 0 || (ones.length === 2 && ones.every((dim) => dim === 1));
  return isList && typeof size === 'number' && size >= SIZES.least && size <= SIZES.most;
}

/**
 * Gives such a network the ports of LATENT_PORTS, one picture at a time. Which range its pictures have is not told by
 * the file: they leave as they come, of three channels.
 * @throws GessoError model/unknown-architecture; usage/invalid where there is nothing to dequantise
 */
export function toLatent({ graph }: OnnxFile, file: string, dequantise = false): LatentShape {
  toFloats(graph, file, dequantise);
  const [input, output] = [graph.inputs[0], graph.outputs[0]] as [Port, Port];
  if (input.type !== 'float32' || output.type !== 'float32')
    throw unknownModel(file, 'other numbers than floats at its ends');
  const [batch, ...rest] = input.dims;
  if (typeof batch === 'number' && batch !== 1) throw unknownModel(file, `${batch} pictures at a time`);
  const size = Number(rest[0]);
  const dims = [1, ...rest.map(Number)];
  const made = concreteValues(graph, { [input.name]: dims }).get(output.name)?.dims ?? output.dims;
  const [channels, height, width] = made.slice(1).map(Number) as [number, number, number];
  if (channels !== 1 && channels !== 3)
    throw unknownModel(file, `pictures of ${channels || 'an unknown number of'} channels out`);
  if (!(height > 0 && width > 0)) throw unknownModel(file, 'a size of its pictures that cannot be told');
  const { z, output: called } = LATENT_PORTS;
  const shape = addConstant(graph, 'z_shape', {
    type: 'int64',
    dims: [dims.length],
    data: BigInt64Array.from(dims, BigInt),
  });
  portIn(graph, input.name, { name: z, type: 'float32', dims: [1, size] }, (inner) =>
    dims.length === 2 ? undefined : portNode('Reshape', [z, shape], inner),
  );
  const port = { name: called, type: 'float32', dims: [1, 3, height, width] } as const;
  portOut(graph, output.name, port, (inner) => pictureNodes(graph, inner, { low: 0, high: 1, channels }));
  return { size, width, height };
}
