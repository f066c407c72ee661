import * as ort from 'onnxruntime-node';
import type { CatalogueEntry } from '../../../contract/descriptor.ts';
import { openModel } from '../../../models/formats/open.ts';
import { writeModel } from '../../../models/library/convert.ts';
import { findNcnnPython, type NcnnPython, runNcnn } from '../../integration/references/ncnn.ts';
import { largestDifference, type Tensor } from '../../integration/references/tensor.ts';
import { type Gesso, PYTHON_PACKAGES } from '../support/engine.ts';
import { Program } from '../support/program.ts';
import type { Tfjs } from '../tfjs.bench.ts';

/** One tile through the network as it was published, in the runtime it was published for, and through our ONNX file. */
export interface SourceRun {
  readonly runtime: string;
  readonly tile: number;
  /** Seconds of the tile, theirs and ours. */
  readonly theirs: number;
  readonly ours: number;
  /** The largest difference between the two, as part of the range 0..1. */
  readonly difference: number;
}

/** A second run, without what the first prepares, where the first did not take longer. Seconds. */
const SHORT = 15;

/** MAXIM in TensorFlow.js: the memory of WebAssembly ends before 256 x 256. */
const SMALL = 128;

/** @param side of the tile, pixels @returns undefined where the runtime cannot be had here */
export async function besideSource(
  gesso: Gesso,
  entry: CatalogueEntry,
  side: number,
): Promise<SourceRun | undefined> {
  const tile = entry.format === 'tfjs-graph' ? Math.min(side, SMALL) : side;
  const [file] = await gesso.sources(entry.id);
  const model = await openModel(file!);
  const planes = entry.planes?.length ?? 0;
  const channels = model.inputChannels;
  const data = Float32Array.from({ length: channels * tile * tile }, (_, at) => {
    const plane = Math.floor(at / tile ** 2) - (channels - planes);
    return plane >= 0 ? entry.planes![plane]! : 0.5 + 0.45 * Math.sin(at / 7 + (at % tile) / 31);
  });
  const input: Tensor = { data, dims: [1, channels, tile, tile] };
  const source = await sourceRun(entry.format, file!, input);
  if (!source) return undefined;
  const onnx = await writeModel(model, gesso.folder, `${entry.id}-raw.onnx`);
  const session = await ort.InferenceSession.create(onnx, { intraOpNumThreads: 2, logSeverityLevel: 3 });
  const feeds = { [model.input]: new ort.Tensor('float32', data, input.dims) };
  await session.run(feeds);
  const begun = performance.now();
  const made = (await session.run(feeds))[model.output]!;
  const ours = (performance.now() - begun) / 1000;
  const result = { data: Float32Array.from(made.data as Float32Array), dims: [...made.dims] };
  await session.release();
  return { ...source, tile, ours, difference: largestDifference(source.made, result) };
}

let python: Promise<NcnnPython | undefined> | undefined;

async function sourceRun(format: CatalogueEntry['format'], file: string, input: Tensor) {
  if (format === 'ncnn') {
    python ??= findNcnnPython(PYTHON_PACKAGES);
    const found = await python;
    if (!found) return undefined;
    const { ms, ...made } = await runNcnn(found, file.replace(/\.param$/, ''), input);
    return { runtime: 'ncnn', theirs: ms / 1000, made };
  }
  if (format !== 'tfjs-layers' && format !== 'tfjs-graph') return undefined;
  // A process for each model: WebAssembly never gives memory back, and one of the large ones takes most of it.
  const tfjs = new Program<Tfjs>('tfjs');
  try {
    await tfjs.ask(format === 'tfjs-layers' ? 'open' : 'openGraph', file);
    const begun = performance.now();
    const made = await tfjs.ask('result', input);
    let theirs = (performance.now() - begun) / 1000;
    if (theirs < SHORT) theirs = Math.min(theirs, (await tfjs.ask('run', input)) / 1000);
    return { runtime: 'TF.js', theirs, made };
  } finally {
    tfjs.close();
  }
}
