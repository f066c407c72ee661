import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { ncnnGraph } from '../formats/ncnn.ts';
import { writeOnnx } from '../graph/write.ts';
import { TINY_PARAM, tinyBin } from './ncnn.ts';
import { floatStorage, pytorchLegacy, pytorchZip, safetensorsOf, type Written } from './pytorch.ts';
import { randomFloats } from './random.ts';
import { tinyTfjs } from './tfjs.ts';
import { tinyGraphModel } from './tfjs-graph.ts';

/** A model as the files that it lies in; the first is the one that is opened. */
export interface FuzzSeed {
  readonly name: string;
  readonly files: Readonly<Record<string, Uint8Array>>;
}

/** A Compact network of one convolution more than it needs. */
const SHAPES: Readonly<Record<string, readonly number[]>> = {
  'body.0.weight': [4, 3, 3, 3],
  'body.0.bias': [4],
  'body.1.weight': [4],
  'body.2.weight': [4, 4, 3, 3],
  'body.2.bias': [4],
  'body.3.weight': [4],
  'body.4.weight': [12, 4, 3, 3],
  'body.4.bias': [12],
};

/** One tiny model of every format that is read. */
export function tinySeeds(): FuzzSeed[] {
  const names = Object.keys(SHAPES);
  const values = names.map((name, index) => randomFloats(sizeOf(name), index + 1, -0.2, 0.2));
  const storages = Object.fromEntries(names.map((_, index) => [`${index}`, floatStorage(values[index]!)]));
  const tensors: Written = Object.fromEntries(
    names.map((name, index) => [name, { storage: `${index}`, dims: SHAPES[name]! }]),
  );
  const data = Buffer.concat(values.map((each) => new Uint8Array(each.buffer)));
  let at = 0;
  const header = Object.fromEntries(
    names.map((name) => {
      const begin = at;
      at += 4 * sizeOf(name);
      return [name, { dtype: 'F32', shape: SHAPES[name], data_offsets: [begin, at] }];
    }),
  );
  const tfjs = tinyTfjs({ custom: true });
  const graphModel = tinyGraphModel();
  return [
    { name: 'pytorch-zip', files: { 'model.pth': pytorchZip({ params: tensors }, storages) } },
    { name: 'pytorch-legacy', files: { 'model.pth': pytorchLegacy({ params: tensors }, storages) } },
    { name: 'safetensors', files: { 'model.safetensors': safetensorsOf(header, data) } },
    { name: 'ncnn', files: { 'model.param': Buffer.from(TINY_PARAM), 'model.bin': tinyBin() } },
    { name: 'tfjs-layers', files: { 'model.json': Buffer.from(tfjs.text), 'shard.bin': tfjs.bytes } },
    {
      name: 'tfjs-graph',
      files: { 'model.json': Buffer.from(graphModel.text), 'shard.bin': graphModel.bytes },
    },
    { name: 'onnx', files: { 'model.onnx': writeOnnx(ncnnGraph(TINY_PARAM, tinyBin(), 'x', 'x')) } },
  ];
}

function sizeOf(name: string): number {
  return (SHAPES[name] ?? []).reduce((a, b) => a * b, 1);
}

/** Real checkpoints of a folder, as far as they are quick to write. @param limit in bytes */
export function seedsIn(folder: string, limit: number): FuzzSeed[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /\.(pth|pt|ckpt|safetensors|onnx)$/.test(name))
    .filter((name) => statSync(path.join(folder, name)).size <= limit)
    .sort()
    .map((name) => ({ name, files: { [name]: readFileSync(path.join(folder, name)) } }));
}
