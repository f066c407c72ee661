import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { VaeConfig } from '../architectures/diffusion/config.ts';
import type { PartOf } from '../architectures/diffusion/source.ts';
import { buildVaeDecoder, buildVaeEncoder } from '../architectures/diffusion/vae.ts';
import { type BuiltStage, decoderStages, encoderStages } from '../architectures/diffusion/vae-stages.ts';
import {
  type OutsideTensor,
  type WeightPlace,
  writeExternal,
  writeReferring,
} from '../graph/write-external.ts';
import { fsyncFile } from './storage.ts';

/** Where the weights of a graph lie, `<name>.json` beside it. */
export async function writePlaces(
  file: string,
  outside: ReadonlyMap<string, OutsideTensor>,
  places: ReadonlyMap<string, WeightPlace>,
): Promise<void> {
  const listed = [...outside].map(([weight, { dims }]) => [weight, { dims, ...places.get(weight) }]);
  await writeFile(file, JSON.stringify(Object.fromEntries(listed)));
  await fsyncFile(file);
}

/**
 * Writes an autoencoder's two graphs, and both of them in stages for pictures that are too large to go through whole:
 * `vae-decoder.onnx`, `.bin`, `.json`; `vae-decoder-stages.json`, `vae-decoder-0.onnx`, ...
 */
export async function writeVae(
  { weights, config }: PartOf<VaeConfig>,
  folder: string,
  onWeight?: (dims: readonly number[]) => Promise<void>,
): Promise<void> {
  for (const [name, net, stages] of [
    ['vae-encoder', buildVaeEncoder(weights, config), encoderStages(weights, config)],
    ['vae-decoder', buildVaeDecoder(weights, config), decoderStages(weights, config)],
  ] as const) {
    const tensors = [...net.outside.values()];
    const places = await writeExternal(
      net.builder.graph,
      net.outside,
      path.join(folder, `${name}.onnx`),
      (n) => onWeight?.(tensors[n - 1]?.dims ?? []),
    );
    await writePlaces(path.join(folder, `${name}.json`), net.outside, places);
    await writeStages(name, stages, places, folder);
  }
}

async function writeStages(
  name: string,
  stages: readonly BuiltStage[],
  places: ReadonlyMap<string, WeightPlace>,
  folder: string,
): Promise<void> {
  const listed = [];
  for (const [index, { stage, net }] of stages.entries()) {
    const file = `${name}-${index}.onnx`;
    if (net)
      await writeReferring(net.builder.graph, net.outside, places, `${name}.bin`, path.join(folder, file));
    listed.push({ ...stage, ...(net && { file }) });
  }
  const list = path.join(folder, `${name}-stages.json`);
  await writeFile(list, JSON.stringify(listed));
  await fsyncFile(list);
}
