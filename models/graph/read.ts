import type { onnx } from 'onnx-proto';
import { GessoError } from '../../contract/errors.ts';
import { brokenModel, unknownModel } from '../errors.ts';
import type { Attribute, Graph, GraphNode, Port, Tensor, TensorType } from './graph.ts';
import { orderNodes } from './order.ts';
import { ATTRIBUTE_TYPES, DATA_TYPES, ELEMENT_BYTES, ModelProto } from './proto.ts';

const TYPE_OF = new Map(Object.entries(DATA_TYPES).map(([name, id]) => [id as number, name as TensorType]));

/**
 * Gives the bytes of weights that lie in another file, named by the model: `location`, `offset`, `length` as ONNX calls
 * them. Decides itself which files it will read.
 */
export type ReadExternal = (place: ReadonlyMap<string, string>, bytes: number) => Uint8Array;

/**
 * Parses an ONNX model into a graph. Weights stay views of `bytes` where their alignment allows.
 * @param file what the file is called in messages
 * @param external left out: weights in other files are refused
 * @throws GessoError model/broken (not ONNX, or its sizes do not add up), model/unsafe (weights in other files),
 *   model/unknown-architecture (subgraphs, sparse tensors: things that no pass of ours understands)
 */
export function readOnnx(bytes: Uint8Array, file: string, external?: ReadExternal): Graph {
  let model: onnx.ModelProto;
  try {
    model = ModelProto.decode(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  } catch (cause) {
    throw brokenModel(file, 'it is not a readable ONNX model', cause);
  }
  const { graph } = model;
  if (!graph?.node?.length) throw brokenModel(file, 'it holds no graph');
  if (graph.sparseInitializer?.length || model.functions?.length) {
    throw unknownModel(file, 'sparse weights or functions of its own');
  }
  const opset = model.opsetImport.find((entry) => !entry.domain || entry.domain === 'ai.onnx');
  const initializers = new Map<string, Tensor>();
  for (const tensor of graph.initializer ?? []) {
    initializers.set(tensor.name ?? '', readTensor(tensor, file, external));
  }
  const read: Graph = {
    name: graph.name || 'model',
    opset: Number(String(opset?.version ?? 0)),
    // Files of IR 3 and older list weights among the inputs too.
    inputs: (graph.input ?? [])
      .filter((port) => !initializers.has(port.name ?? ''))
      .map((port) => readPort(port, file)),
    outputs: (graph.output ?? []).map((port) => readPort(port, file)),
    nodes: graph.node.map((node, index) => readNode(node, index, file)),
    initializers,
  };
  orderNodes(read, file);
  return read;
}

function readNode(node: onnx.INodeProto, index: number, file: string): GraphNode {
  const attributes: Record<string, Attribute> = {};
  for (const attribute of node.attribute ?? []) {
    attributes[attribute.name ?? ''] = readAttribute(attribute, node.opType ?? '?', file);
  }
  return {
    op: node.opType ?? '',
    domain: node.domain === 'ai.onnx' ? '' : (node.domain ?? ''),
    name: node.name || `n_${index}`,
    inputs: node.input ?? [],
    outputs: node.output ?? [],
    attributes,
  };
}

function readAttribute(proto: onnx.IAttributeProto, op: string, file: string): Attribute {
  switch (proto.type as number) {
    case ATTRIBUTE_TYPES.int:
      return { int: Number(String(proto.i ?? 0)) };
    case ATTRIBUTE_TYPES.ints:
      return { ints: (proto.ints ?? []).map((value) => Number(String(value))) };
    case ATTRIBUTE_TYPES.float:
      return { float: proto.f ?? 0 };
    case ATTRIBUTE_TYPES.floats:
      return { floats: proto.floats ?? [] };
    case ATTRIBUTE_TYPES.string:
      return { string: Buffer.from(proto.s ?? []).toString('utf8') };
    case ATTRIBUTE_TYPES.strings:
      return { strings: (proto.strings ?? []).map((value) => Buffer.from(value).toString('utf8')) };
    case ATTRIBUTE_TYPES.tensor:
      return { tensor: readTensor(proto.t ?? {}, file) };
    default:
      throw unknownModel(file, `an attribute of ${op} that holds a subgraph`);
  }
}

function readPort(port: onnx.IValueInfoProto, file: string): Port {
  const tensor = port.type?.tensorType;
  const type = TYPE_OF.get(tensor?.elemType ?? 0);
  if (!tensor || !type)
    throw unknownModel(file, `an input or output "${port.name}" that is not a tensor of numbers`);
  const dims = (tensor.shape?.dim ?? []).map((dim, axis) =>
    dim.dimValue ? Number(String(dim.dimValue)) : dim.dimParam || `axis_${axis}`,
  );
  return { name: port.name ?? '', type, dims };
}

function readTensor(proto: onnx.ITensorProto, file: string, external?: ReadExternal): Tensor {
  const type = TYPE_OF.get(proto.dataType ?? 0);
  if (!type) throw unknownModel(file, `weights of type ${proto.dataType}`);
  const dims = (proto.dims ?? []).map((dim) => Number(String(dim)));
  const count = dims.reduce((a, b) => a * b, 1);
  if (dims.some((dim) => dim < 0) || !Number.isSafeInteger(count))
    throw brokenModel(file, 'a weight has an absurd size');
  const data = storedData(proto, type, count * ELEMENT_BYTES[type], file, external);
  if (data.byteLength !== count * ELEMENT_BYTES[type]) {
    throw brokenModel(file, `the weight "${proto.name}" does not have the size that its shape says`);
  }
  return { type, dims, data };
}

function storedData(
  proto: onnx.ITensorProto,
  type: TensorType,
  size: number,
  file: string,
  external?: ReadExternal,
): Tensor['data'] {
  if (!proto.externalData?.length && proto.dataLocation !== 1) {
    return proto.rawData?.length ? rawData(proto.rawData, type) : listedData(proto, type, file);
  }
  if (!external) {
    throw new GessoError(
      'model/unsafe',
      `${file} keeps its weights in other files.`,
      'Save it as one ONNX file with the weights inside, then try again.',
    );
  }
  const place = (proto.externalData ?? []).map(({ key, value }) => [key ?? '', value ?? ''] as const);
  return rawData(external(new Map(place), size), type);
}

function rawData(raw: Uint8Array, type: TensorType): Tensor['data'] {
  if (type !== 'float32' && type !== 'int64') return raw;
  const size = ELEMENT_BYTES[type];
  const whole = raw.byteLength - (raw.byteLength % size);
  // A typed view needs an aligned start; protobuf aligns nothing, so most weights are copied here once.
  const aligned = raw.byteOffset % size === 0 ? raw : new Uint8Array(raw);
  return type === 'float32'
    ? new Float32Array(aligned.buffer as ArrayBuffer, aligned.byteOffset, whole / size)
    : new BigInt64Array(aligned.buffer as ArrayBuffer, aligned.byteOffset, whole / size);
}

function listedData(proto: onnx.ITensorProto, type: TensorType, file: string): Tensor['data'] {
  if (type === 'float32') return Float32Array.from(proto.floatData ?? []);
  if (type === 'int64') return BigInt64Array.from(proto.int64Data ?? [], (value) => BigInt(String(value)));
  const values = proto.int32Data ?? [];
  if (type === 'int8' || type === 'uint8' || type === 'bool') return Uint8Array.from(values);
  if (type === 'int32') return new Uint8Array(Int32Array.from(values).buffer);
  if (type === 'float16' || type === 'int16' || type === 'uint16') {
    return new Uint8Array(Uint16Array.from(values).buffer);
  }
  if (type === 'float64') return new Uint8Array(Float64Array.from(proto.doubleData ?? []).buffer);
  throw unknownModel(file, `weights of type ${type}`);
}
