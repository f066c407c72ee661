import type { LatentShape } from '../architectures/architecture.ts';
import { unknownModel } from '../errors.ts';
import { concreteValues } from '../graph/concrete.ts';
import type { Graph, Port } from '../graph/graph.ts';
import { LATENT_PORTS, pictureNodes } from '../graph/latent-ports.ts';
import { addConstant } from '../graph/passes/rewrite.ts';
import { freshName, portNode, portOut, putFirst, rename } from '../graph/ports.ts';
import { type OnnxFile, toFloats } from './onnx.ts';

/** Numbers that a network may take; a picture of one pixel has fewer. */
const SIZES = { least: 4, most: 65_536 };
const MOST_CONDITIONS = 1000;

/**
 * Whether a network takes a list of numbers, [N, size] or [N, size, 1, 1], and perhaps a second one, a condition as
 * weights of classes, and gives a picture.
 */
export function isLatentGraph({ inputs, outputs }: Graph): boolean {
  const [first, second, ...others] = inputs;
  const [output, ...more] = outputs;
  if (!first || others.length > 0 || more.length > 0 || output?.dims.length !== 4) return false;
  const size = lengthOf(first);
  if (size === undefined || size < SIZES.least || size > SIZES.most) return false;
  const count = second && lengthOf(second);
  return !second || (count !== undefined && count <= MOST_CONDITIONS);
}

/** Of a list; undefined of anything else. */
function lengthOf({ dims }: Port): number | undefined {
  const [, size, ...ones] = dims;
  const isList = ones.length === 0 || (ones.length === 2 && ones.every((dim) => dim === 1));
  return isList && typeof size === 'number' ? size : undefined;
}

/**
 * Gives such a network the ports of LATENT_PORTS, one picture at a time, a condition still at the end of `z`. Which
 * range its pictures have is not told by the file: they leave as they come, of three channels.
 * @throws GessoError model/unknown-architecture; usage/invalid where there is nothing to dequantise
 */
export function toLatent({ graph }: OnnxFile, file: string, dequantise = false): LatentShape {
  toFloats(graph, file, dequantise);
  const lists = [...graph.inputs];
  const output = graph.outputs[0] as Port;
  if ([...lists, output].some(({ type }) => type !== 'float32'))
    throw unknownModel(file, 'other numbers than floats at its ends');
  const batch = lists.map(({ dims }) => dims[0]).find((dim) => typeof dim === 'number' && dim !== 1);
  if (batch !== undefined) throw unknownModel(file, `${batch} pictures at a time`);
  const asked = lists.map(({ name, dims }) => ({ name, dims: [1, ...dims.slice(1).map(Number)] }));
  const feeds = Object.fromEntries(asked.map(({ name, dims }) => [name, dims]));
  const made = concreteValues(graph, feeds).get(output.name)?.dims ?? output.dims;
  const [channels, height, width] = made.slice(1).map(Number) as [number, number, number];
  if (channels !== 1 && channels !== 3)
    throw unknownModel(file, `pictures of ${channels || 'an unknown number of'} channels out`);
  if (!(height > 0 && width > 0)) throw unknownModel(file, 'a size of its pictures that cannot be told');
  const { output: called } = LATENT_PORTS;
  const [size, count = 0] = asked.map(({ dims }) => dims[1] ?? 0) as [number, number?];
  joinLists(graph, asked, size + count);
  const port = { name: called, type: 'float32', dims: [1, 3, height, width] } as const;
  portOut(graph, output.name, port, (inner) => pictureNodes(graph, inner, { low: 0, high: 1, channels }));
  return { size: size + count, ...(count > 0 && { conditions: count }), width, height };
}

/** Makes one input of all that a network takes, and of that the parts in the shapes that it takes. */
function joinLists(
  graph: Graph,
  lists: readonly { readonly name: string; readonly dims: readonly number[] }[],
  size: number,
): void {
  const { z } = LATENT_PORTS;
  const filed = lists.map(({ name }) => {
    const inner = freshName(graph, `${name}_as_filed`);
    rename(graph, name, inner);
    return inner;
  });
  // No list is called so any more, but a value inside may be.
  rename(graph, z, freshName(graph, `${z}_inside`));
  const ints = (hint: string, values: readonly number[]) =>
    addConstant(graph, hint, {
      type: 'int64',
      dims: [values.length],
      data: BigInt64Array.from(values, BigInt),
    });
  let from = 0;
  const nodes = lists.flatMap(({ dims }, at) => {
    const to = from + (dims[1] ?? 0);
    const part = lists.length === 1 ? z : freshName(graph, `${z}_part_${at}`);
    const bounds = [ints('from', [from]), ints('to', [to]), ints('axis', [1])];
    from = to;
    return [
      ...(part === z ? [] : [portNode('Slice', [z, ...bounds], part)]),
      portNode('Reshape', [part, ints('shape', dims)], filed[at] as string),
    ];
  });
  putFirst(graph, nodes);
  graph.inputs = [{ name: z, type: 'float32', dims: [1, size] }];
}
