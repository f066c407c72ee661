import { closeSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';
import { copyFile, link, mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { DiffusionBundle } from '../../contract/bundle.ts';
import { GessoError } from '../../contract/errors.ts';
import { TURNED } from '../architectures/diffusion/layers.ts';
import { type LoraGraph, type LoraPart, readLora } from '../architectures/diffusion/lora.ts';
import { transposed } from '../architectures/net.ts';
import { brokenModel } from '../errors.ts';
import { openCheckpoint } from '../formats/open.ts';

/** A LoRA as the user names it, and how much of it. */
export interface WishedLora {
  readonly file: string;
  readonly weight: number;
}

const placed = z.record(
  z.string(),
  z.object({ dims: z.array(z.number().int()), offset: z.number().int(), length: z.number().int() }),
);
type Placed = z.infer<typeof placed>;

const GRAPHS: readonly LoraGraph[] = ['unet', 'text', 'text2'];

/**
 * A copy of a bundle's folder with LoRAs added to its weights: exactly W + weight * alpha / rank * up x down, each in
 * turn. Networks that none of them changes are linked, not copied.
 * @param folder the bundle's @param into a folder that is not there yet
 * @throws GessoError model/unknown-architecture, model/broken, model/missing; one for another base is named so
 */
export async function mergeLoras(
  bundle: DiffusionBundle,
  folder: string,
  loras: readonly WishedLora[],
  into: string,
  checkpoint: () => void = () => {},
): Promise<void> {
  if (bundle.imported.format === 'onnx')
    throw new GessoError(
      'recipe/invalid',
      `${bundle.name} is made of ONNX files, to which a LoRA cannot be added.`,
      'Import the same model as a diffusers folder or a .safetensors file.',
    );
  await mkdir(into, { recursive: true });
  const parts: { part: LoraPart; lora: WishedLora }[] = [];
  const opened = [];
  try {
    const weights = new Map<LoraGraph, Placed>();
    for (const graph of GRAPHS)
      if (`${graph}.json` in bundle.files)
        weights.set(
          graph,
          placed.parse(JSON.parse(await readFile(path.join(folder, `${graph}.json`), 'utf8'))),
        );
    const layers = layersOf(weights.get('unet') ?? {});
    for (const lora of loras) {
      const file = await openCheckpoint(lora.file);
      opened.push(file);
      for (const part of readLora(file, lora.file, layers)) parts.push({ part, lora });
    }
    const names = new Map([...weights].map(([graph, list]) => [graph, byKey(list)]));
    checkFit(parts, weights, names, bundle);
    const changed = new Set<string>(parts.map(({ part }) => part.graph));
    for (const name of Object.keys(bundle.files)) {
      const graph = name.replace(/\.bin$/, '');
      const target = path.join(into, name);
      await mkdir(path.dirname(target), { recursive: true });
      if (name.endsWith('.bin') && changed.has(graph)) await copyFile(path.join(folder, name), target);
      else await link(path.join(folder, name), target).catch(() => copyFile(path.join(folder, name), target));
    }
    for (const graph of changed) {
      const own = parts.filter(({ part }) => part.graph === graph);
      const list = weights.get(graph as LoraGraph) ?? {};
      const handle = openSync(path.join(into, `${graph}.bin`), 'r+');
      try {
        for (const { part, lora } of own) {
          checkpoint();
          add(handle, list, names.get(part.graph)?.get(part.key) ?? '', part, lora.weight);
        }
        fsyncSync(handle);
      } finally {
        closeSync(handle);
      }
    }
  } finally {
    for (const file of opened) file.close();
  }
}

/** Residual blocks of a level. */
function layersOf(unet: Placed): number {
  const found = Object.keys(unet).flatMap(
    (name) => /^down_blocks\.0\.resnets\.(\d+)\./.exec(name)?.[1] ?? [],
  );
  return Math.max(0, ...found.map(Number)) + 1;
}

/** Names of weights by what LoRA files call them. */
function byKey(list: Placed): Map<string, string> {
  const ending = new RegExp(`\\.weight(${TURNED.replace('.', '\\.')})?$`);
  return new Map(
    Object.keys(list)
      .filter((name) => ending.test(name))
      .map((name) => [name.replace(ending, '').replaceAll('.', '_'), name]),
  );
}

/** Every part has to have a weight of its size: else the LoRA was made for another model. */
function checkFit(
  parts: readonly { part: LoraPart; lora: WishedLora }[],
  weights: ReadonlyMap<LoraGraph, Placed>,
  names: ReadonlyMap<LoraGraph, ReadonlyMap<string, string>>,
  bundle: DiffusionBundle,
): void {
  for (const { part, lora } of parts) {
    const name = names.get(part.graph)?.get(part.key);
    const size = name === undefined ? 0 : countOf(weights.get(part.graph)?.[name]?.dims ?? []);
    if (size === countOf(part.dims)) continue;
    const reads = parts.find((each) => each.lora === lora && /_attn2_to_k$/.test(each.part.key))?.part
      .dims[1];
    const base = reads === undefined ? 'another base' : (BASES[reads] ?? 'another base');
    throw new GessoError(
      'model/unknown-architecture',
      `${lora.file} is a LoRA for ${base}: its part "${part.key}" has no place in ${bundle.name}.`,
      'Use a LoRA that was made for this model, or the model that it was made for.',
    );
  }
}

/** By the numbers of a token of text that their U-Nets read. */
const BASES: Readonly<Record<number, string>> = {
  768: 'Stable Diffusion 1.x',
  1024: 'Stable Diffusion 2.x',
  2048: 'Stable Diffusion XL',
};

function add(handle: number, list: Placed, name: string, part: LoraPart, weight: number): void {
  const place = list[name];
  if (!place) throw new Error(`${name} has no place`);
  const bytes = Buffer.from(new ArrayBuffer(place.length));
  for (let done = 0; done < place.length; ) {
    const count = readSync(handle, bytes, done, place.length - done, place.offset + done);
    if (count === 0) throw brokenModel(name, 'its weights end too early');
    done += count;
  }
  const values = new Float32Array(bytes.buffer);
  const [rows = 0, columns = 0] = part.dims;
  const delta = name.endsWith(TURNED) ? transposed(part.delta(), rows, columns) : part.delta();
  for (let at = 0; at < values.length; at += 1) values[at] = (values[at] ?? 0) + weight * (delta[at] ?? 0);
  for (let done = 0; done < place.length; )
    done += writeSync(handle, bytes, done, place.length - done, place.offset + done);
}

function countOf(dims: readonly number[]): number {
  return dims.reduce((a, b) => a * b, 1);
}
