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
 * Loads a layers model of UpscalerJS into TensorFlow.js itself (WebAssembly), NHWC. As its packages declare, the residual
 * dense kind takes and gives 0..255, and the one with layers of its own (residual in residual) 0..1.
 */
export async function openTfjs(modelFile: string): Promise<TfjsModel> {
  const tf = await import('@tensorflow/tfjs-core');
  const layers = await import('@tensorflow/tfjs-layers');
  const wasm = await import('@tensorflow/tfjs-backend-wasm');
  const main = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
  wasm.setWasmPaths(`${path.dirname(main)}${path.sep}`);
  await tf.setBackend('wasm');
  await tf.ready();
  const loaded = await artifacts(modelFile);
  const own = registerOwnLayers(tf, layers, JSON.stringify(loaded.modelTopology));
  const range = own ? 1 : 255;
  const model = await layers.loadLayersModel({ load: async () => loaded });
  const run = async (input: Tensor): Promise<Tensor> => {
    const [, channels = 0, height = 0, width = 0] = input.dims;
    const result = tf.tidy(() => {
      const nchw = tf.tensor4d(input.data, [1, channels, height, width]);
      const made = model.predict(tf.mul(tf.transpose(nchw, [0, 2, 3, 1]), range)) as typeof nchw;
      return tf.div(tf.transpose(made, [0, 3, 1, 2]), range);
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

/**
 * The layers that UpscalerJS' packages bring along: MultiplyBeta, a residual's weight of 0.2, and PixelShuffle{2,3,4,8}x.
 * @returns whether the model has any
 */
function registerOwnLayers(
  tf: typeof import('@tensorflow/tfjs-core'),
  { layers }: typeof import('@tensorflow/tfjs-layers'),
  topology: string,
): boolean {
  type Picture = ReturnType<typeof tf.tensor4d>;
  const only = (given: unknown) => (Array.isArray(given) ? given[0] : given) as Picture;
  const names = [...new Set(topology.match(/"(MultiplyBeta|PixelShuffle\dx)"/g) ?? [])].map((name) =>
    name.slice(1, -1),
  );
  for (const name of names) {
    const block = Number(/\d/.exec(name)?.[0] ?? 1);
    class Own extends layers.Layer {
      static readonly className = name;
      override call(given: unknown) {
        return name === 'MultiplyBeta'
          ? tf.mul(only(given), 0.2)
          : tf.depthToSpace(only(given), block, 'NHWC');
      }
      override computeOutputShape(given: unknown) {
        const [count, height, width, channels] = given as (number | null)[];
        const grown = (length: number | null | undefined) => (length == null ? null : length * block);
        return [count, grown(height), grown(width), (channels ?? 0) / block ** 2] as never;
      }
    }
    tf.serialization.registerClass(Own as never);
  }
  return names.length > 0;
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
