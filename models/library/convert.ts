import type { ModelDescriptor } from '../../contract/descriptor.ts';
import { leastCommonMultiple } from '../../contract/numbers.ts';
import { brokenModel } from '../errors.ts';
import { type OpenedModel, openModel } from '../formats/open.ts';
import { adapt } from '../graph/adapt.ts';
import { optimise } from '../graph/passes/index.ts';
import { exposeStatistics } from '../graph/passes/statistics.ts';
import { activationBytesPerPixel } from '../graph/shapes.ts';
import { checkConverted, measureOverlap } from './check.ts';
import { checkFrames } from './check-frames.ts';
import { convertLatent } from './convert-latent.ts';
import { convertStyle } from './convert-style.ts';
import { type Converted, type ConvertRequest, putModel } from './converted.ts';
import type { RunModel, SizeRule } from './run-model.ts';

/**
 * Turns fetched source files into a checked ONNX file with its descriptor. Runs inside an engine process: source
 * files are hostile until shown otherwise.
 *
 * The graph is proved by running it: the sizes it takes, that its output is the picture that went in at `scale`, and
 * the overlap that its tiles need.
 * @throws GessoError model/broken, model/unsafe, model/unknown-architecture, or whatever `run` throws
 */
export async function convertSource(request: ConvertRequest, run: RunModel): Promise<Converted> {
  const { entry, onProgress } = request;
  const source = mainFile(request.files);
  if (entry.task === 'style') return convertStyle(request, source, run);
  if (entry.task === 'generate') return convertLatent(request, source, run);
  const opened = await openModel(source, { dequantise: request.dequantise });
  if (opened.scale !== entry.scale) {
    throw brokenModel(source, `it enlarges ${opened.scale} times where ${entry.id} promises ${entry.scale}`);
  }
  onProgress?.(0.1);
  const model = withStatistics(forPictures(opened, entry), entry);
  const file = await putModel(model, request.outFolder, `${entry.id}.onnx`);
  onProgress?.(0.2);
  if (entry.task === 'interpolate') {
    const sizes = await checkFrames(file, source, run);
    return { file, descriptor: describeModel(model, entry, sizes, 0), notes: [] };
  }
  const { likeness, ...sizes } = await checkConverted(model, file, source, run);
  if (likeness && !request.isOwn) throw likeness;
  onProgress?.(0.5);
  const overlap = await measureOverlap(model, sizes, file, run);
  onProgress?.(1);
  return {
    file,
    descriptor: describeModel(model, entry, sizes, overlap),
    notes: likeness ? [UNLIKE] : [],
  };
}

/** The same model, its graph adapted in place so that RGB of any size goes in and comes out `scale` times as large. */
function forPictures(model: OpenedModel, entry: ConvertRequest['entry']): OpenedModel {
  // Frames in, a frame out: that studio hands over what the network takes.
  if (entry.task === 'interpolate') return model;
  const planes = entry.planes ?? model.planes ?? [];
  const inputChannels = model.inputChannels - (entry.planes?.length ?? 0);
  const before = model.graph.nodes.length;
  adapt(model.graph, { ...model, planes, inputChannels, addsEnlarged: entry.addsEnlarged }, model.file);
  // A mirror shows no more than the picture has.
  const border = -model.offset / (2 * model.scale);
  const sizes = border > 0 ? { multipleOf: 1, minimum: border + 1 } : model.sizes;
  const isAsFiled = model.isAsFiled === true && model.graph.nodes.length === before;
  return { ...model, offset: 0, inputChannels: 3, outputChannels: 3, isAsFiled, ...(sizes && { sizes }) };
}

/** A model ready to be written, and what its graph takes beside the picture. */
type Ready = OpenedModel & { readonly statistics?: number };

/** The same model, optimised; what it measures over the whole picture becomes inputs. */
function withStatistics(model: OpenedModel, { task }: ConvertRequest['entry']): Ready {
  polish(model);
  if (task === 'interpolate') return model;
  const statistics = exposeStatistics(model.graph);
  return statistics === undefined ? model : { ...model, statistics, tiling: 'global', isAsFiled: false };
}

/**
 * Writes an opened model as an optimised ONNX file: what `convertSource` does first, and what running a model file
 * without installing it needs.
 * @returns the file's path
 * @throws GessoError model/unknown-architecture, output/no-space, output/denied
 */
export async function writeModel(model: OpenedModel, folder: string, name: string): Promise<string> {
  polish(model);
  return putModel(model, folder, name);
}

function polish({ format, graph }: OpenedModel): void {
  // A foreign ONNX file may hold what only a full optimiser understands: it goes through unchanged.
  if (format !== 'onnx') optimise(graph);
}

const UNLIKE = 'Its result is unlike the picture that goes in; try it before you rely on it.';

function mainFile(files: readonly string[]): string {
  const found = files.find((file) => /\.(param|onnx)$|model\.json$/i.test(file)) ?? files[0];
  if (!found) throw brokenModel('The source', 'it has no files');
  return found;
}

function describeModel(
  model: Ready,
  entry: ConvertRequest['entry'],
  sizes: SizeRule,
  overlap: number,
): ModelDescriptor {
  return {
    gesso: 1,
    id: entry.id,
    name: entry.name,
    task: entry.task,
    architecture: model.architecture,
    scale: model.scale,
    family: entry.family,
    inputChannels: model.inputChannels,
    outputChannels: model.outputChannels,
    input: model.input,
    output: model.output,
    sizeMultipleOf: sizes.multipleOf,
    sizeMinimum: sizes.minimum,
    tiling: model.tiling,
    alignment: leastCommonMultiple(model.alignment, sizes.multipleOf),
    ...(model.statistics && { statistics: model.statistics }),
    overlap,
    // What is passed on as it is keeps what it had; what is written here is written in floats.
    precision: model.isAsFiled ? (model.precision ?? 'fp32') : 'fp32',
    parameters: model.parameters,
    // Measured on the optimised graph: the passes save memory too.
    activationBytesPerPixel: activationBytesPerPixel(model.graph),
    licence: entry.licence,
    character: entry.character,
  };
}
