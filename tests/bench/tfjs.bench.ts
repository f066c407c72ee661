import type { Tensor } from '../integration/references/tensor.ts';
import { openTfjs, type TfjsModel } from '../integration/references/tfjs.ts';
import { openTfjsGraph } from '../integration/references/tfjs-graph.ts';
import { timed } from './support/interleave.ts';
import { answer } from './support/program.ts';

let model: TfjsModel | undefined;

/** UpscalerJS's networks in its own runtime: TensorFlow.js on WebAssembly. */
const handlers = {
  /** @returns milliseconds that loading took */
  open: (file: string) =>
    timed(async () => {
      model = await openTfjs(file);
    }),
  /** A graph model. @returns milliseconds that loading took */
  openGraph: (file: string) =>
    timed(async () => {
      model = await openTfjsGraph(file);
    }),
  /** What it makes of the whole picture. */
  result: (input: Tensor) => model!.run(input),
  /** The whole picture at once. @returns milliseconds from tensor to tensor */
  run: (input: Tensor) => timed(() => model!.run(input)),
};
export type Tfjs = typeof handlers;

process.on('disconnect', () => process.exit(0));
answer(process, (reply) => process.send?.(reply), handlers);
