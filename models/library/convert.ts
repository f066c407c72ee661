import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { CatalogueEntry, ModelDescriptor } from '../../contract/descriptor.ts';
import { brokenModel, diskError, unknownModel } from '../errors.ts';
import { type OpenedModel, openModel } from '../formats/open.ts';
import { nameSizes } from '../graph/name-sizes.ts';
import { optimise } from '../graph/passes/index.ts';
import { activationBytesPerPixel } from '../graph/shapes.ts';
import { writeOnnx } from '../graph/write.ts';
import { checkConverted, measureOverlap, type RunModel, type SizeRule } from './check.ts';

export interface ConvertRequest {
  readonly entry: Pick<CatalogueEntry, 'id' | 'name' | 'task' | 'scale' | 'family' | 'licence' | 'character'>;
  /** The fetched source files, absolute; the one that `openModel` takes is found among them. */
  readonly files: readonly string[];
  /** Where the ONNX file is written; made if it is missing. */
  readonly outFolder: string;
  readonly onProgress?: (fraction: number) => void;
}

export interface Converted {
  /** The ONNX file, absolute. */
  readonly file: string;
  readonly descriptor: ModelDescriptor;
}

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
  const model = await openModel(source);
  if (model.scale !== entry.scale) {
    throw brokenModel(source, `it enlarges ${model.scale} times where ${entry.id} promises ${entry.scale}`);
  }
  onProgress?.(0.1);
  const file = await writeModel(model, request.outFolder, `${entry.id}.onnx`);
  onProgress?.(0.2);
  const sizes = await checkConverted(model, file, source, run);
  onProgress?.(0.5);
  const overlap = await measureOverlap(model, sizes, file, run);
  onProgress?.(1);
  return { file, descriptor: describeModel(model, entry, sizes, overlap) };
}

/**
 * Writes an opened model as an optimised ONNX file: what `convertSource` does first, and what running a model file
 * without installing it needs.
 * @returns the file's path
 * @throws GessoError model/unknown-architecture, output/no-space, output/denied
 */
export async function writeModel(model: OpenedModel, folder: string, name: string): Promise<string> {
  if (model.offset !== 0) throw unknownModel(name, 'an output smaller or larger than its scale says');
  // A foreign ONNX file may hold what only a full optimiser understands: it goes through unchanged.
  const file = path.join(folder, name);
  try {
    await mkdir(folder, { recursive: true });
    if (model.format === 'onnx') await copyFile(model.file, file);
    else {
      optimise(model.graph);
      nameSizes(model.graph);
      await writeFile(file, writeOnnx(model.graph));
    }
    return file;
  } catch (thrown) {
    throw diskError(thrown, folder);
  }
}

function mainFile(files: readonly string[]): string {
  const found = files.find((file) => /\.(param|onnx)$|model\.json$/i.test(file)) ?? files[0];
  if (!found) throw brokenModel('The source', 'it has no files');
  return found;
}

function describeModel(
  model: OpenedModel,
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
    overlap,
    precision: 'fp32',
    parameters: model.parameters,
    // Measured on the optimised graph: the passes save memory too.
    activationBytesPerPixel: activationBytesPerPixel(model.graph),
    licence: entry.licence,
    character: entry.character,
  };
}
