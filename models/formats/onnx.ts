import { GessoError } from '../../contract/errors.ts';
import { brokenModel, unknownModel } from '../errors.ts';
import type { Graph } from '../graph/graph.ts';
import { floatPorts } from '../graph/passes/float-ports.ts';
import { foldQuantisation } from '../graph/passes/fold-quantisation.ts';
import { liftFixedSizes } from '../graph/passes/lift-sizes.ts';
import { readOnnx } from '../graph/read.ts';
import { upgradeOpset } from '../graph/upgrade.ts';
import { MAX_ONNX_BYTES, readLimited } from './bytes.ts';
import { ExternalData } from './external-data.ts';

/** Domains whose operators onnxruntime carries itself; any other would need a library from elsewhere. */
const DOMAINS = new Set(['', 'ai.onnx', 'com.microsoft']);

/** The newest that onnxruntime 1.30 runs. */
const NEWEST_OPSET = 26;

export interface OnnxPicture {
  readonly graph: Graph;
  /** Whether the graph says the same as the file: no sizes freed, no floats for halves, no weights brought in. */
  readonly isAsFiled: boolean;
}

/**
 * Reads an ONNX file that takes one NCHW float picture and gives one. It is passed on as it is, names included, but
 * for what keeps it from being used: a size that it was saved at, half floats at its ends, weights in files beside it.
 * @param dequantise whether a quantised network is made one of floats again
 * @throws GessoError model/missing, model/broken, model/unsafe, model/unknown-architecture; usage/invalid where there is
 *   nothing to dequantise
 */
export async function readOnnxPicture(file: string, dequantise = false): Promise<OnnxPicture> {
  const external = new ExternalData(file);
  const bytes = await readLimited(file, MAX_ONNX_BYTES);
  const graph = external.during(() => readOnnx(bytes, file, external.read));
  if (graph.opset < 7 || graph.opset > NEWEST_OPSET) {
    throw unknownModel(file, `operators of the version ${graph.opset}`);
  }
  const foreign = graph.nodes.find((node) => !DOMAINS.has(node.domain));
  if (foreign) throw unknownModel(file, `an operator of its own, ${foreign.domain}.${foreign.op}`);
  for (const [what, ports] of [
    ['input', graph.inputs],
    ['output', graph.outputs],
  ] as const) {
    const [port, ...others] = ports;
    if (!port) throw brokenModel(file, `it has no ${what}`);
    if (others.length || !/^float(16|32)$/.test(port.type) || port.dims.length !== 4) {
      throw unknownModel(file, `more or other than one ${what} picture of floats`);
    }
  }
  // Without this, sizes that older versions keep as attributes could not be told.
  upgradeOpset(graph);
  const folded = dequantise ? foldQuantisation(graph) : 0;
  if (dequantise && !folded) throw notQuantised(file);
  const changes = folded + floatPorts(graph) + liftFixedSizes(graph);
  return { graph, isAsFiled: changes === 0 && !external.isUsed };
}

/** For files of every format: what was asked for cannot be done. */
export function notQuantised(file: string): GessoError {
  return new GessoError(
    'usage/invalid',
    `${file} holds nothing that can be dequantised.`,
    'Leave --dequantise out; it is for ONNX files with QuantizeLinear and DequantizeLinear.',
  );
}
