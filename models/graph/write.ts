import type { Attribute, Graph, Port, Tensor } from './graph.ts';
import { ATTRIBUTE_TYPES, DATA_TYPES, ModelProto } from './proto.ts';

/** IR 8 goes with opset 18 and is what onnx-proto's messages describe. */
const IR_VERSION = 8;

/**
 * Serialises a graph as an ONNX model. Weights go out as `raw_data`: the writer is handed views of the arrays and
 * copies each once, into the finished file.
 */
export function writeOnnx(graph: Graph): Uint8Array {
  return ModelProto.encode(modelProto(graph)).finish();
}

/** The message of a graph, with the weights that it holds. */
export function modelProto(graph: Graph) {
  return ModelProto.create({
    irVersion: IR_VERSION,
    producerName: 'gesso',
    opsetImport: [
      { domain: '', version: graph.opset },
      // Operators of other domains (onnxruntime's own) have only ever had version 1.
      ...[...new Set(graph.nodes.map((node) => node.domain))]
        .filter((domain) => domain !== '')
        .map((domain) => ({ domain, version: 1 })),
    ],
    graph: {
      name: graph.name,
      input: graph.inputs.map(portProto),
      output: graph.outputs.map(portProto),
      valueInfo: (graph.inner ?? []).map(portProto),
      initializer: [...graph.initializers].map(([name, tensor]) => tensorProto(tensor, name)),
      node: graph.nodes.map((node) => ({
        opType: node.op,
        domain: node.domain,
        name: node.name,
        input: node.inputs,
        output: node.outputs,
        attribute: Object.entries(node.attributes).map(([name, value]) => attributeProto(name, value)),
      })),
    },
  });
}

function portProto(port: Port) {
  const dim = port.dims.map((size) => (typeof size === 'number' ? { dimValue: size } : { dimParam: size }));
  return { name: port.name, type: { tensorType: { elemType: DATA_TYPES[port.type], shape: { dim } } } };
}

function tensorProto(tensor: Tensor, name: string) {
  const { buffer, byteOffset, byteLength } = tensor.data;
  return {
    name,
    dims: [...tensor.dims],
    dataType: DATA_TYPES[tensor.type],
    rawData: Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength),
  };
}

function attributeProto(name: string, value: Attribute) {
  if ('int' in value) return { name, type: ATTRIBUTE_TYPES.int, i: value.int };
  if ('ints' in value) return { name, type: ATTRIBUTE_TYPES.ints, ints: [...value.ints] };
  if ('float' in value) return { name, type: ATTRIBUTE_TYPES.float, f: value.float };
  if ('floats' in value) return { name, type: ATTRIBUTE_TYPES.floats, floats: [...value.floats] };
  if ('string' in value) return { name, type: ATTRIBUTE_TYPES.string, s: Buffer.from(value.string) };
  if ('strings' in value) {
    return { name, type: ATTRIBUTE_TYPES.strings, strings: value.strings.map((text) => Buffer.from(text)) };
  }
  return { name, type: ATTRIBUTE_TYPES.tensor, t: tensorProto(value.tensor, '') };
}
