import { rm } from 'node:fs/promises';
import type { ModelDescriptor } from '../../contract/descriptor.ts';
import type { LatentShape } from '../architectures/architecture.ts';
import { brokenModel } from '../errors.ts';
import { type OpenedModel, openModel } from '../formats/open.ts';
import { concreteValues, inputDimsFor } from '../graph/concrete.ts';
import { peakBytes } from '../graph/cost.ts';
import type { Graph } from '../graph/graph.ts';
import { LATENT_PORTS, pictureNodes, splitCondition } from '../graph/latent-ports.ts';
import { optimise } from '../graph/passes/index.ts';
import { portOut } from '../graph/ports.ts';
import { proveLatent, rangeOf } from './check-latent.ts';
import { type Converted, type ConvertRequest, putModel } from './converted.ts';
import { latentFacts } from './latent-facts.ts';
import type { RunModel } from './run-model.ts';

/**
 * As `convertSource`, of a network that makes pictures of numbers. What its condition is, if it has one, the entry says:
 * no file tells it from the noise but one that takes it by itself.
 * @throws GessoError model/broken, model/unsafe, model/unknown-architecture, or whatever `run` throws
 */
export async function convertLatent(
  { entry, outFolder, dequantise, onProgress }: ConvertRequest,
  source: string,
  run: RunModel,
): Promise<Converted> {
  const opened = await openModel(source, { dequantise });
  if (!opened.latent)
    throw brokenModel(source, `it makes no pictures of numbers, as ${entry.id} is said to do`);
  const { graph, latent } = opened;
  onProgress?.(0.1);
  if (opened.format === 'onnx') await toUnitRange(opened, latent, outFolder, entry.id, source, run);
  const conditions = entry.conditions ?? numbered(latent.conditions);
  const count = conditions?.length ?? 0;
  if (latent.conditions !== undefined && latent.conditions !== count)
    throw brokenModel(source, `it has ${latent.conditions} conditions, not ${count}`);
  if (count >= latent.size)
    throw brokenModel(source, `it takes ${latent.size} numbers, too few for ${count} conditions`);
  if (count > 0) splitCondition(graph, latent.size, count);
  // A foreign file may hold what only a full optimiser understands.
  if (opened.format !== 'onnx') optimise(graph);
  onProgress?.(0.3);
  const file = await putModel({ ...opened, isAsFiled: false }, outFolder, `${entry.id}.onnx`);
  const made = {
    ...{ size: latent.size - count, width: latent.width, height: latent.height },
    ...(conditions && { conditions }),
  };
  await proveLatent(made, file, source, run);
  onProgress?.(1);
  return { file, descriptor: describeLatent(opened, entry, made), notes: [] };
}

/** Names for what a file has no names of: "1", "2", ... */
function numbered(count: number | undefined): string[] | undefined {
  return count === undefined ? undefined : Array.from({ length: count }, (_, at) => String(at + 1));
}

/** Brings the pictures of a foreign file to 0..1; their range is seen when it runs. */
async function toUnitRange(
  opened: OpenedModel,
  latent: LatentShape,
  folder: string,
  name: string,
  source: string,
  run: RunModel,
): Promise<void> {
  const { graph } = opened;
  const trial = await putModel({ ...opened, isAsFiled: false }, folder, `${name}-as-filed.onnx`);
  // All numbers at once: what is a condition is split off later.
  const { size, width, height } = latent;
  const range = await rangeOf({ size, width, height }, trial, source, run);
  await rm(trial, { force: true });
  const [port] = graph.outputs;
  if (port && (range.low !== 0 || range.high !== 1))
    portOut(graph, LATENT_PORTS.output, port, (inner) =>
      pictureNodes(graph, inner, { ...range, channels: 3 }),
    );
}

function describeLatent(
  { architecture, graph, parameters, precision }: OpenedModel,
  entry: ConvertRequest['entry'],
  latent: NonNullable<ModelDescriptor['latent']>,
): ModelDescriptor {
  return {
    ...latentFacts(latent),
    id: entry.id,
    name: entry.name,
    architecture,
    family: entry.family,
    precision: precision ?? 'fp32',
    parameters,
    activationBytesPerPixel: bytesPerPixel(graph, latent),
    licence: entry.licence,
    character: entry.character,
  };
}

/** Of the picture that is made: there is no other. */
function bytesPerPixel(graph: Graph, { width, height }: { width: number; height: number }): number {
  const values = concreteValues(graph, inputDimsFor(graph, { width, height }));
  return Math.round(peakBytes(graph, values) / (width * height));
}
