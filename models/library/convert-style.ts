import { readStyleNetwork, STYLE_PORTS } from '../formats/onnx-style.ts';
import type { OpenedModel } from '../formats/open.ts';
import { countParameters } from '../graph/graph.ts';
import { exposeStatistics } from '../graph/passes/statistics.ts';
import { activationBytesPerPixel, strideOf } from '../graph/shapes.ts';
import { checkConverted, measureOverlap } from './check.ts';
import { checkReader } from './check-style.ts';
import { type Converted, type ConvertRequest, putModel } from './converted.ts';
import type { RunModel, SizeRule } from './run-model.ts';

/**
 * As `convertSource`, of a network that reads or paints styles.
 * @throws GessoError model/broken, model/unsafe, model/unknown-architecture, or whatever `run` throws
 */
export async function convertStyle(
  { entry, outFolder, onProgress }: ConvertRequest,
  source: string,
  run: RunModel,
): Promise<Converted> {
  const { graph, role, values } = await readStyleNetwork(source);
  const parameters = countParameters(graph);
  const alignment = strideOf(graph);
  const statistics = role === 'paints' ? exposeStatistics(graph) : undefined;
  const { picture: input, output } = STYLE_PORTS;
  const style = { role, values, ...(entry.reader && { reader: entry.reader }) };
  const model: OpenedModel & { statistics?: number } = {
    file: source,
    format: 'onnx',
    architecture: 'style',
    graph,
    scale: 1,
    offset: 0,
    inputChannels: 3,
    outputChannels: role === 'paints' ? 3 : values,
    input,
    output,
    parameters,
    tiling: 'global',
    alignment,
    activationBytesPerPixel: activationBytesPerPixel(graph),
    ...(statistics && { statistics }),
  };
  const file = await putModel(model, outFolder, `${entry.id}.onnx`);
  onProgress?.(0.2);
  let sizes: SizeRule;
  let overlap = 0;
  if (role === 'reads') sizes = await checkReader({ ...model, style }, file, source, run);
  else {
    // Its result is to be unlike the picture that went in.
    const { likeness: _, ...found } = await checkConverted({ ...model, style }, file, source, run);
    sizes = found;
    onProgress?.(0.5);
    overlap = await measureOverlap({ ...model, style }, sizes, file, run);
  }
  onProgress?.(1);
  return {
    file,
    descriptor: {
      gesso: 1,
      id: entry.id,
      name: entry.name,
      task: entry.task,
      architecture: model.architecture,
      scale: 1,
      family: entry.family,
      inputChannels: model.inputChannels,
      outputChannels: model.outputChannels,
      input,
      output,
      sizeMultipleOf: sizes.multipleOf,
      sizeMinimum: sizes.minimum,
      tiling: 'global',
      alignment: Math.max(alignment, sizes.multipleOf),
      ...(statistics && { statistics }),
      style,
      overlap,
      precision: 'fp32',
      parameters,
      activationBytesPerPixel: model.activationBytesPerPixel,
      licence: entry.licence,
      character: entry.character,
    },
    notes: [],
  };
}
