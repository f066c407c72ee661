import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { Tensor } from './tensor.ts';
import type { TfjsModel } from './tfjs.ts';

type Core = typeof import('@tensorflow/tfjs-core');
type Info = import('@tensorflow/tfjs-core').TensorInfo;

/** Loads a graph model into TensorFlow.js itself (WebAssembly): NCHW 0..1 in and out, as Gesso's graphs have it. */
export async function openTfjsGraph(modelFile: string): Promise<TfjsModel> {
  const tf = await import('@tensorflow/tfjs-core');
  const { loadGraphModel } = await import('@tensorflow/tfjs-converter');
  const wasm = await import('@tensorflow/tfjs-backend-wasm');
  const main = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
  wasm.setWasmPaths(`${path.dirname(main)}${path.sep}`);
  if (!tf.getKernel('Einsum', 'wasm')) registerEinsum(tf);
  await tf.setBackend('wasm');
  await tf.ready();
  const model = await loadGraphModel({ load: () => artifacts(modelFile) });
  const run = async (input: Tensor): Promise<Tensor> => {
    const [, channels = 0, height = 0, width = 0] = input.dims;
    const nhwc = tf.tidy(() =>
      tf.transpose(tf.tensor4d(input.data, [1, channels, height, width]), [0, 2, 3, 1]),
    );
    const result = model.execute(nhwc) as typeof nhwc;
    const nchw = tf.transpose(result, [0, 3, 1, 2]);
    const made = { data: Float32Array.from(await nchw.data()), dims: [...nchw.shape] };
    tf.dispose([nhwc, result, nchw]);
    return made;
  };
  return { run, close: () => model.dispose() };
}

/** Runs a graph model in TensorFlow.js. @param inputs NCHW 0..1 @returns the same */
export async function runTfjsGraph(modelFile: string, inputs: readonly Tensor[]): Promise<Tensor[]> {
  const model = await openTfjsGraph(modelFile);
  const made: Tensor[] = [];
  for (const input of inputs) made.push(await model.run(input));
  model.close();
  return made;
}

async function artifacts(modelFile: string) {
  const { modelTopology, weightsManifest, format, signature } = JSON.parse(await readFile(modelFile, 'utf8'));
  const weightSpecs = weightsManifest.flatMap((group: { weights: unknown[] }) => group.weights);
  const names: string[] = weightsManifest.flatMap((group: { paths: string[] }) => group.paths);
  const shards = await Promise.all(names.map((name) => readFile(path.join(path.dirname(modelFile), name))));
  const weightData = Uint8Array.from(Buffer.concat(shards)).buffer;
  return { modelTopology, weightSpecs, weightData, format, signature };
}

/** The one operator of MAXIM that the WebAssembly backend lacks, for the three sums that occur, from its others. */
function registerEinsum(tf: Core): void {
  tf.registerKernel({
    kernelName: 'Einsum',
    backendName: 'wasm',
    kernelFunc: ({ inputs, backend, attrs }) => {
      const [a, b] = Object.values(inputs) as [Info, Info];
      const kernel = (name: string, named: Record<string, Info>, settings: object): Info => {
        const found = tf.getKernel(name, 'wasm');
        return found.kernelFunc({
          inputs: named,
          backend,
          attrs: settings as NonNullable<typeof attrs>,
        }) as Info;
      };
      const shaped = (x: Info, shape: number[]) => kernel('Reshape', { x }, { shape });
      const turned = (x: Info, perm: number[]) => kernel('Transpose', { x }, { perm });
      const product = (x: Info, matrix: Info) => {
        const rows = x.shape.slice(0, -1);
        const count = rows.reduce((one, other) => one * other, 1);
        const flat = shaped(x, [1, count, x.shape.at(-1) ?? 1]);
        const operands = { a: flat, b: shaped(matrix, [1, ...matrix.shape]) };
        const made = kernel('BatchMatMul', operands, { transposeA: false, transposeB: false });
        return shaped(made, [...rows, matrix.shape[1] ?? 1]);
      };
      switch (String(attrs?.equation)) {
        case 'abcg,gf->abcf':
          return product(a, b);
        case 'gb,cgef->bcef':
          return turned(product(turned(b, [0, 2, 3, 1]), a), [3, 0, 1, 2]);
        case 'abgd,gf->abdf':
          return product(turned(a, [0, 1, 3, 2]), b);
        default:
          throw new Error(`the reference has no ${String(attrs?.equation)}`);
      }
    },
  });
}
