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

/** An ONNX file as it was read. */
export interface OnnxFile {
  readonly graph: Graph;
  /** Whether weights were brought in from files beside it. */
  readonly isJoined: boolean;
}

/**
 * Reads an ONNX file with what lies beside it, whatever goes in and comes out.
 * @throws GessoError model/missing, model/broken, model/unsafe, model/unknown-architecture
 */
export async function readOnnxFile(file: string): Promise<OnnxFile> {
  const external = new ExternalData(file);
  const bytes = await readLimited(file, MAX_ONNX_BYTES);
  const graph = external.during(() => readOnnx(bytes, file, external.read));
  if (graph.opset < 7 || graph.opset > NEWEST_OPSET) {
    throw unknownModel(file, `operators of the version ${graph.opset}`);
  }
  const foreign = graph.nodes.find((node) => !DOMAINS.has(node.domain));
  if (foreign) throw unknownModel(file, `an operator of its own, ${foreign.domain}.${foreign.op}`);
  return { graph, isJoined: external.isUsed };
}

interface OnnxPicture {
  readonly graph: Graph;
  /** Whether the graph says the same as the file: no sizes freed, no floats for halves, no weights brought in. */
  readonly isAsFiled: boolean;
}

/**
 * Takes a file's graph for a network that takes one NCHW float picture and gives one. It is passed on as it is, names
 * included, but for what keeps it from being used: a size that it was saved at, half floats at its ends, weights in
 * files beside it.
 * @param dequantise whether a quantised network is made one of floats again
 * @throws GessoError model/broken, model/unknown-architecture; usage/invalid where there is nothing to dequantise
 */
export function toPicture({ graph, isJoined }: OnnxFile, file: string, dequantise = false): OnnxPicture {
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
  const changes = toFloats(graph, file, dequantise) + liftFixedSizes(graph);
  return { graph, isAsFiled: changes === 0 && !isJoined };
}

/**
 * Brings a graph to the operators that the passes know, its ends to float32, and where that is asked for all of it.
 * @returns how much was changed
 * @throws GessoError usage/invalid where there is nothing to dequantise
 */
export function toFloats(graph: Graph, file: string, dequantise = false): number {
  // Without this, sizes that older versions keep as attributes could not be told.
  upgradeOpset(graph);
  const folded = dequantise ? foldQuantisation(graph) : 0;
  if (dequantise && !folded) throw notQuantised(file);
  return folded + floatPorts(graph);
}

/** For files of every format: what was asked for cannot be done. */
export function notQuantised(file: string): GessoError {
  return new GessoError(
    'usage/invalid',
    `${file} holds nothing that can be dequantised.`,
    'Leave --dequantise out; it is for ONNX files with QuantizeLinear and DequantizeLinear.',
  );
}
