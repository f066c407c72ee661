import { brokenModel, unknownModel } from '../errors.ts';
import type { Graph } from '../graph/graph.ts';
import { readOnnx } from '../graph/read.ts';
import { readLimited } from './bytes.ts';
import { ExternalData } from './external-data.ts';

/** protobuf itself ends at 2 GiB. */
const MAX_ONNX_BYTES = 2 ** 31 - 1;

/** Domains whose operators onnxruntime carries itself; any other would need a library from elsewhere. */
const DOMAINS = new Set(['', 'ai.onnx', 'com.microsoft']);

/**
 * Reads an ONNX file that takes one NCHW float picture and gives one. It is passed on as it is, names included. Weights
 * may lie in other files of the same folder.
 * @throws GessoError model/missing, model/broken, model/unsafe, model/unknown-architecture
 */
export async function readOnnxPicture(file: string): Promise<Graph> {
  const external = new ExternalData(file);
  const bytes = await readLimited(file, MAX_ONNX_BYTES);
  const graph = external.during(() => readOnnx(bytes, file, external.read));
  if (graph.opset < 7) throw unknownModel(file, `operators of the old version ${graph.opset}`);
  const foreign = graph.nodes.find((node) => !DOMAINS.has(node.domain));
  if (foreign) throw unknownModel(file, `an operator of its own, ${foreign.domain}.${foreign.op}`);
  for (const [what, ports] of [
    ['input', graph.inputs],
    ['output', graph.outputs],
  ] as const) {
    const [port, ...others] = ports;
    if (!port) throw brokenModel(file, `it has no ${what}`);
    if (others.length || port.type !== 'float32' || port.dims.length !== 4) {
      throw unknownModel(file, `more or other than one ${what} picture of floats`);
    }
  }
  return graph;
}
