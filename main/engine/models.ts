import path from 'node:path';
import { expected, GessoError } from '../../contract/errors.ts';
import { STATISTICS } from '../../contract/statistics.ts';
import { detectFormat } from '../../models/formats/detect.ts';
import { checkExternalData } from '../../models/formats/external-data.ts';
import { openModel } from '../../models/formats/open.ts';
import { sizeNeeds } from '../../models/graph/size-needs.ts';
import { proveInstalled } from '../../models/library/check.ts';
import { convertSource, writeModel } from '../../models/library/convert.ts';
import type { RunModel } from '../../models/library/run-model.ts';
import { cpuThreads, devicesFor } from './inference/devices.ts';
import type { NamedTensor, SessionThread } from './inference/sessions.ts';
import type { Params, Result } from './protocol/methods.ts';

/** Converts and proves a fetched model; in this process because model files are hostile until shown otherwise. */
export async function convertModel(
  { entry, files, outFolder, isOwn, dequantise }: Params<'model.convert'>,
  sessions: SessionThread,
  onProgress: (fraction: number) => void,
): Promise<Result<'model.convert'>> {
  const run: RunModel = async (file, feeds) => {
    const session = await sessions.open({ file, device: 'cpu', threads: cpuThreads() });
    return session.infer(feeds as Record<string, NamedTensor>);
  };
  const { notes, ...made } = await convertSource(
    {
      ...{ entry, files, outFolder, onProgress },
      ...(isOwn && { isOwn }),
      ...(dequantise && { dequantise }),
    },
    run,
  );
  return { ...made, notes: [...notes] };
}

/** Runs a test picture through an installed model. */
export async function proveModel(
  { file, descriptor }: Params<'model.prove'>,
  sessions: SessionThread,
): Promise<void> {
  const session = await sessions.open({ file, device: 'cpu', threads: cpuThreads() });
  try {
    await proveInstalled(descriptor, file, (_, feeds) => session.infer(feeds as Record<string, NamedTensor>));
  } finally {
    // Seldom the model that runs next.
    await sessions.forget(session);
  }
}

/** What a model file is, without installing it. */
export async function describeModel({
  file,
  dequantise,
}: Params<'model.describe'>): Promise<Result<'model.describe'>> {
  const model = await openModel(file, { dequantise });
  // A checkpoint's architecture knows; of a graph its sizes tell.
  const sizes = model.sizes ?? sizeNeeds(model.graph, model);
  const { format, architecture, scale, inputChannels, outputChannels, parameters, tiling } = model;
  return {
    format,
    architecture,
    task: model.task ?? (scale > 1 ? 'upscale' : 'enhance'),
    scale,
    inputChannels,
    outputChannels,
    sizeMultipleOf: sizes?.multipleOf ?? 1,
    sizeMinimum: sizes?.minimum ?? 0,
    parameters,
    precision: model.precision ?? 'fp32',
    tiling,
    tags: [...(model.tags ?? [])],
  };
}

/** What an installed network measures for itself where it is not given. */
const OWN_INPUTS: ReadonlySet<string> = new Set([STATISTICS.given, STATISTICS.known]);

/** Runs a model file on raw tensors; what is not ONNX is converted into `work` first. A feed without a name ('') is
 * the model's only input. */
export async function runModel(
  { file, feeds, device, work, dequantise }: Params<'model.run'>,
  sessions: SessionThread,
): Promise<Result<'model.run'>> {
  const asIs = !dequantise && (await detectFormat(file)) === 'onnx';
  // ONNX Runtime would follow any pointer to weights in other files.
  if (asIs) await checkExternalData(file);
  const onnx = asIs ? file : await writeModel(await openModel(file, { dequantise }), work, 'model.onnx');
  const session = await sessions.open({ file: onnx, device: devicesFor(device)[0]!, threads: cpuThreads() });
  const named: Record<string, NamedTensor> = {};
  for (const [name, tensor] of Object.entries(feeds)) {
    const input = name === '' && session.inputs.length === 1 ? session.inputs[0]! : name;
    if (!session.inputs.includes(input))
      throw new GessoError(
        'usage/invalid',
        expected(`one of ${session.inputs.join(', ')}`, `an input of ${path.basename(file)}`, name),
        'Name each input: --input NAME=FILE:SHAPE.',
      );
    named[input] = tensor;
  }
  const lacking = session.inputs.filter((input) => !(input in named) && !OWN_INPUTS.has(input));
  if (lacking.length > 0)
    throw new GessoError(
      'usage/invalid',
      `${path.basename(file)} also needs ${lacking.join(', ')}.`,
      'Give each input: --input NAME=FILE:SHAPE.',
    );
  return { outputs: await session.infer(named) };
}
