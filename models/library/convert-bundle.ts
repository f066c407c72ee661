import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { BundleGraph } from '../../contract/bundle.ts';
import { GessoError } from '../../contract/errors.ts';
import { buildClipText } from '../architectures/diffusion/clip-text.ts';
import { latentStep } from '../architectures/diffusion/config.ts';
import type { DiffusionNet } from '../architectures/diffusion/layers.ts';
import { openDiffusion } from '../architectures/diffusion/open.ts';
import type { DiffusionSource } from '../architectures/diffusion/source.ts';
import { buildUnet } from '../architectures/diffusion/unet.ts';
import type { Weights } from '../architectures/weights.ts';
import { brokenModel, diskError } from '../errors.ts';
import { writeExternal } from '../graph/write-external.ts';
import type { BundleFacts, BundleRequest } from './bundle-facts.ts';
import { convertOnnxFolder, isOnnxFolder } from './convert-onnx-folder.ts';
import { hashFile } from './fetch/hash.ts';
import { writePlaces, writeVae } from './write-vae.ts';

/** The files of a tokenizer that a bundle keeps. */
const TOKENIZER_FILES = [
  'vocab.json',
  'merges.txt',
  'tokenizer_config.json',
  'special_tokens_map.json',
] as const;
const NEEDED = 2;

/**
 * Converts a diffusion model into the graphs and files of a bundle. Weights go from the source to the disk one tensor
 * at a time: memory hangs on the largest tensor, not on the model.
 * @throws GessoError what `openDiffusion` throws; model/missing where a vocabulary is needed and there is none;
 *   output/no-space, output/denied; what `checkpoint` throws
 */
export async function convertBundle(request: BundleRequest): Promise<BundleFacts> {
  if (isOnnxFolder(request.source)) return takeOnnxFolder(request);
  const source = await openDiffusion(request.source, request.wishes);
  try {
    checkFit(source, request.source);
    await mkdir(request.outFolder, { recursive: true });
    const parameters = await writeGraphs(source, request);
    for (const [index, { config }] of source.texts.entries()) {
      const own = source.tokenizers[index]?.folder;
      const from = tokenizerFor(own ?? request.vocabulary, config.vocabulary, request.source);
      await writeTokenizer(from, index, own === undefined, request);
    }
    return { ...factsOf(source), parameters, sha256: await hashOf(source.files) };
  } catch (thrown) {
    throw diskError(thrown, request.outFolder);
  } finally {
    source.close();
  }
}

async function takeOnnxFolder(request: BundleRequest): Promise<BundleFacts> {
  try {
    const { facts, files, tokenizers } = await convertOnnxFolder(request);
    for (const [index, folder] of tokenizers.entries())
      await writeTokenizer(folder ?? request.vocabulary, index, folder === undefined, request);
    return { ...facts, sha256: await hashOf(files) };
  } catch (thrown) {
    throw diskError(thrown, request.outFolder);
  }
}

/** Parts of different models do not run together. @throws GessoError model/broken */
function checkFit({ texts, unet, vae }: DiffusionSource, file: string): void {
  const read = texts.reduce((sum, { config }) => sum + config.width, 0);
  if (read !== unet.config.textWidth)
    throw brokenModel(
      file,
      `its text encoder gives ${read} numbers a token, its U-Net reads ${unet.config.textWidth}: they are parts of different models`,
    );
  const latents = vae.config.latentChannels;
  if (latents !== unet.config.outChannels)
    throw brokenModel(
      file,
      `its autoencoder has ${latents} latent channels, its U-Net ${unet.config.outChannels}: they are parts of different models`,
    );
}

async function writeGraphs(source: DiffusionSource, { outFolder, onProgress, checkpoint }: BundleRequest) {
  const graphs = graphsOf(source);
  const total = graphs.reduce((sum, [, net]) => sum + valuesOf(net), 0) + valuesIn(source.vae.weights);
  let done = 0;
  const written = async (dims: readonly number[]) => {
    done += countOf(dims);
    onProgress?.(Math.min(1, done / total));
    // Reading is synchronous: a cancel is heard between two tensors.
    await new Promise((resolve) => setImmediate(resolve));
    checkpoint?.();
  };
  for (const [name, net] of graphs) {
    const tensors = [...net.outside.values()];
    const places = await writeExternal(
      net.builder.graph,
      net.outside,
      path.join(outFolder, `${name}.onnx`),
      (n) => written(tensors[n - 1]?.dims ?? []),
    );
    await writePlaces(path.join(outFolder, `${name}.json`), net.outside, places);
  }
  await writeVae(source.vae, outFolder, written);
  return graphs.reduce((sum, [, net]) => sum + valuesOf(net), 0) + source.vae.weights.parameters;
}

function graphsOf({ unet, texts }: DiffusionSource): [BundleGraph, DiffusionNet][] {
  return [
    ...texts.map(({ weights, config }, at): [BundleGraph, DiffusionNet] => [
      at === 0 ? 'text' : 'text2',
      buildClipText(weights, config),
    ]),
    ['unet', buildUnet(unet.weights, unet.config)],
  ];
}

/** About as many as are written. */
function valuesIn(weights: Weights): number {
  return weights.unread().reduce((sum, name) => sum + countOf(weights.dims(name)), 0);
}

function valuesOf({ outside }: DiffusionNet): number {
  return [...outside.values()].reduce((sum, { dims }) => sum + countOf(dims), 0);
}

function countOf(dims: readonly number[]): number {
  return dims.reduce((a, b) => a * b, 1);
}

/** @param isCommon CLIP's own, which no model brought */
async function writeTokenizer(
  from: string | undefined,
  index: number,
  isCommon: boolean,
  { source, outFolder }: BundleRequest,
): Promise<void> {
  if (from === undefined) throw brokenModel(source, 'it brings no vocabulary for its text encoder');
  const to = path.join(outFolder, index === 0 ? 'tokenizer' : 'tokenizer2');
  await mkdir(to, { recursive: true });
  for (const [at, name] of TOKENIZER_FILES.entries()) {
    const file = path.join(from, name);
    await copyFile(file, path.join(to, name)).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code !== 'ENOENT') throw cause;
      if (at < NEEDED) throw brokenModel(file, 'it is not there', cause);
    });
  }
  // The second encoder of SDXL was trained with another filling.
  if (isCommon && index === 1)
    await writeFile(path.join(to, 'special_tokens_map.json'), JSON.stringify({ pad_token: '!' }));
}

/**
 * The tokenizer that the model came with, or CLIP's. A model with tokens of its own, in a single file, has its
 * tokenizer beside it: in a folder `tokenizer`, or in the folder of the same model.
 */
function tokenizerFor(usual: string | undefined, wanted: number, source: string): string {
  if (usual !== undefined && tokensOf(usual) === wanted) return usual;
  const beside = path.dirname(source);
  const near = readdirSync(beside, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => path.join(beside, entry.name));
  const found = [beside, ...near]
    .map((folder) => path.join(folder, 'tokenizer'))
    .find((folder) => tokensOf(folder) === wanted);
  if (found) return found;
  throw new GessoError(
    'model/broken',
    `${source} has a text encoder of ${wanted} tokens, and no tokenizer of that size was found; CLIP's own has ${usual === undefined ? 49408 : tokensOf(usual)}.`,
    'Put the folder `tokenizer` of the model (vocab.json, merges.txt) beside the file, or import its diffusers folder.',
  );
}

/** 0 where there is none. */
function tokensOf(folder: string): number {
  try {
    const ids: Record<string, number> = JSON.parse(readFileSync(path.join(folder, 'vocab.json'), 'utf8'));
    return Object.values(ids).reduce((most, id) => Math.max(most, id), -1) + 1;
  } catch {
    return 0;
  }
}

function factsOf(source: DiffusionSource): Omit<BundleFacts, 'parameters' | 'sha256'> {
  const { unet, vae, texts, family, scheduler, nativeSize, zerosForEmpty, format } = source;
  const pooledWidth = family === 'sdxl' ? texts.at(-1)?.config.projection : undefined;
  const { inChannels } = unet.config;
  return {
    family,
    // Others were refused when it was opened.
    inputChannels: inChannels === 9 ? 9 : 4,
    textWidth: unet.config.textWidth,
    ...(pooledWidth && { pooledWidth }),
    latentChannels: vae.config.latentChannels,
    latentStep: latentStep(vae.config),
    scalingFactor: vae.config.scalingFactor,
    vaeGroups: vae.config.groups,
    vaeChannels: [...vae.config.channels],
    texts: texts.map(({ config: { width, layers, tokens, projection } }) => ({
      ...{ width, layers, tokens },
      ...(projection && { projection }),
    })),
    scheduler: { ...scheduler },
    ...{ nativeSize, zerosForEmpty, format },
  };
}

/** One hash over all that was read, whatever the files are called. */
async function hashOf(files: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${await hashFile(file)}\n`);
  return hash.digest('hex');
}
