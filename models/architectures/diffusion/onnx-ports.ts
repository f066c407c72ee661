import type { onnx } from 'onnx-proto';
import { brokenModel, unknownModel } from '../../errors.ts';
import { DATA_TYPES } from '../../graph/proto.ts';

/** A port of ours, and the names that exporters give it. */
export interface PortNames {
  readonly ours: string;
  readonly theirs: readonly string[];
  /** Our shape, where it is another; the elements lie alike. */
  readonly dims?: readonly (number | string)[];
  readonly isOptional?: boolean;
}

type Graph = onnx.IGraphProto;
type Value = onnx.IValueInfoProto;

/**
 * Gives a graph that others exported our ports: our names, float32, our shapes. Inputs that nobody here feeds are
 * refused; outputs that nobody reads go. In place.
 * @param file for messages
 * @throws GessoError model/unknown-architecture naming the port
 */
export function renamePorts(
  graph: Graph,
  inputs: readonly PortNames[],
  outputs: readonly PortNames[],
  file: string,
): void {
  const weights = new Set((graph.initializer ?? []).map(({ name }) => name));
  const given = (graph.input ?? []).filter(({ name }) => !weights.has(name));
  setApart(graph, file);
  const before: onnx.INodeProto[] = [];
  const after: onnx.INodeProto[] = [];
  graph.input = given.map((port) => {
    const names = inputs.find(({ theirs }) => theirs.includes(port.name ?? ''));
    if (!names) throw unknownModel(file, `an input called "${port.name}"`);
    const dims = dimsOf(port);
    const reshaped = names.dims && names.dims.length !== dims.length;
    const ours = names.dims ?? dims;
    const flat = reshaped ? `${names.ours}_as_filed` : names.ours;
    const inner = apart(port.name ?? '');
    if (reshaped)
      before.push(node('Reshape', [names.ours, shapeOf(graph, `${names.ours}_shape`, dims)], flat));
    before.push(node('Cast', [flat], inner, elementOf(port)));
    return portOf(names.ours, ours);
  });
  for (const { ours, theirs, isOptional } of inputs)
    if (!isOptional && !graph.input.some(({ name }) => name === ours))
      throw unknownModel(file, `no input called "${theirs[0]}"`);
  graph.output = outputs.flatMap(({ ours, theirs, isOptional }) => {
    const port = graph.output?.find(({ name }) => theirs.includes(name ?? ''));
    if (port) {
      after.push(node('Cast', [apart(port.name ?? '')], ours, DATA_TYPES.float32));
      return [portOf(ours, dimsOf(port))];
    }
    if (isOptional) return [];
    throw unknownModel(file, `no output called "${theirs[0]}"`);
  });
  graph.node = [...before, ...(graph.node ?? []), ...after];
}

/** @returns the size of one axis of a port; undefined where it is open or there is no such port */
export function axisOf(graph: Graph, names: readonly string[], axis: number): number | undefined {
  const port = [...(graph.input ?? []), ...(graph.output ?? [])].find(({ name }) =>
    names.includes(name ?? ''),
  );
  const size = port && dimsOf(port)[axis];
  return typeof size === 'number' && size > 0 ? size : undefined;
}

function dimsOf(port: Value): (number | string)[] {
  return (port.type?.tensorType?.shape?.dim ?? []).map(({ dimValue, dimParam }, axis) => {
    const size = Number(String(dimValue ?? 0));
    return size > 0 ? size : dimParam || `${port.name}_${axis}`;
  });
}

function elementOf(port: Value): number {
  const type = Number(port.type?.tensorType?.elemType ?? 0);
  const known: readonly number[] = [
    DATA_TYPES.float32,
    DATA_TYPES.float16,
    DATA_TYPES.int32,
    DATA_TYPES.int64,
  ];
  if (!known.includes(type))
    throw brokenModel(String(port.name), 'it has an input of a type that is no number');
  return type;
}

function portOf(name: string, dims: readonly (number | string)[]): Value {
  const dim = dims.map((size) => (typeof size === 'number' ? { dimValue: size } : { dimParam: size }));
  return { name, type: { tensorType: { elemType: DATA_TYPES.float32, shape: { dim } } } };
}

/** Every value inside gets a name that none of our ports has. @throws GessoError for graphs within graphs */
function setApart(graph: Graph, file: string): void {
  for (const each of graph.node ?? []) {
    if (each.attribute?.some(({ g, graphs }) => g || graphs?.length))
      throw unknownModel(file, `a graph within the graph (${each.opType})`);
    each.input = (each.input ?? []).map((name) => name && apart(name));
    each.output = (each.output ?? []).map((name) => name && apart(name));
  }
  for (const tensor of graph.initializer ?? []) tensor.name = apart(tensor.name ?? '');
  graph.valueInfo = [];
}

function apart(name: string): string {
  return `inner/${name}`;
}

function shapeOf(graph: Graph, name: string, dims: readonly (number | string)[]): string {
  // Ports that are shaped otherwise have sizes that are known, or one.
  const sizes = dims.map((size) => BigInt(typeof size === 'number' ? size : 1));
  graph.initializer?.push({
    name,
    dims: [sizes.length],
    dataType: DATA_TYPES.int64,
    rawData: Buffer.from(BigInt64Array.from(sizes).buffer),
  });
  return name;
}

function node(opType: string, input: string[], output: string, to?: number): onnx.INodeProto {
  const attribute = to === undefined ? [] : [{ name: 'to', type: 2, i: to }];
  return { opType, name: `port_${output}`, input, output: [output], attribute };
}
