import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { Tensor } from './tensor.ts';

/** A model loaded into TensorFlow.js. */
export interface TfjsModel {
  /** Takes and gives NCHW 0..1, as Gesso's graphs do. */
  run(input: Tensor): Promise<Tensor>;
  close(): void;
}

/**
 * Loads a layers model of UpscalerJS' residual dense kind into TensorFlow.js itself (WebAssembly): 0..255 in and out, NHWC, as its packages declare.
 */
export async function openTfjs(modelFile: string): Promise<TfjsModel> {
  const tf = await import('@tensorflow/tfjs-core');
  const layers = await import('@tensorflow/tfjs-layers');
  const wasm = await import('@tensorflow/tfjs-backend-wasm');
  const main = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
  wasm.setWasmPaths(`${path.dirname(main)}${path.sep}`);
  await tf.setBackend('wasm');
  await tf.ready();
  const model = await layers.loadLayersModel({ load: () => artifacts(modelFile) });
  const run = async (input: Tensor): Promise<Tensor> => {
    const [, channels = 0, height = 0, width = 0] = input.dims;
    const result = tf.tidy(() => {
      const nchw = tf.tensor4d(input.data, [1, channels, height, width]);
      const made = model.predict(tf.mul(tf.transpose(nchw, [0, 2, 3, 1]), 255)) as typeof nchw;
      return tf.div(tf.transpose(made, [0, 3, 1, 2]), 255);
    });
    const data = Float32Array.from(await result.data());
    const dims = [...result.shape];
    result.dispose();
    return { data, dims };
  };
  return { run, close: () => model.dispose() };
}

export async function runTfjs(modelFile: string, input: Tensor): Promise<Tensor> {
  const model = await openTfjs(modelFile);
  const made = await model.run(input);
  model.close();
  return made;
}

async function artifacts(modelFile: string) {
  const { modelTopology, weightsManifest } = JSON.parse(await readFile(modelFile, 'utf8'));
  const specs = weightsManifest.flatMap((group: { weights: unknown[] }) => group.weights);
  const names: string[] = weightsManifest.flatMap((group: { paths: string[] }) => group.paths);
  const shards = await Promise.all(names.map((name) => readFile(path.join(path.dirname(modelFile), name))));
  const bytes = Buffer.concat(shards);
  const weightData = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  return { modelTopology, weightSpecs: specs, weightData };
}
