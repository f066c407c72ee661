import { existsSync } from 'node:fs';
import { copyFile, mkdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { onnx } from 'onnx-proto';
import type { BundleGraph, DiffusionFamily } from '../../contract/bundle.ts';
import { TEXT_PORTS } from '../architectures/diffusion/clip-text.ts';
import { readJson } from '../architectures/diffusion/folder.ts';
import { axisOf, type PortNames, renamePorts } from '../architectures/diffusion/onnx-ports.ts';
import { TRAINED_SCHEDULE, wishedSchedule } from '../architectures/diffusion/scheduler-config.ts';
import { UNET_PORTS } from '../architectures/diffusion/unet.ts';
import { VAE_PORTS } from '../architectures/diffusion/vae.ts';
import { brokenModel, unknownModel } from '../errors.ts';
import { MAX_ONNX_BYTES, readLimited } from '../formats/bytes.ts';
import { checkExternalData } from '../formats/external-data.ts';
import { ModelProto } from '../graph/proto.ts';
import type { BundleFacts, BundleRequest } from './bundle-facts.ts';

/** The graphs of such a folder, where they lie, and their ports under the names that exporters use. */
const TEXT_INPUTS: PortNames[] = [{ ours: TEXT_PORTS.ids, theirs: ['input_ids'] }];
const UNET_INPUTS: PortNames[] = [
  { ours: UNET_PORTS.sample, theirs: ['sample'] },
  { ours: UNET_PORTS.time, theirs: ['timestep'], dims: [1] },
  { ours: UNET_PORTS.text, theirs: ['encoder_hidden_states'] },
  { ours: UNET_PORTS.pooled, theirs: ['text_embeds'], isOptional: true },
  { ours: UNET_PORTS.sizes, theirs: ['time_ids'], dims: [6], isOptional: true },
];

/** Whether a folder is a diffusion model whose networks are ONNX files. */
export function isOnnxFolder(folder: string): boolean {
  return existsSync(path.join(folder, 'unet', 'model.onnx'));
}

/**
 * Takes in a folder of ONNX files as diffusers and optimum export it: the networks stay what they are and get our ports.
 * LoRAs and taught words need weights by name, so they do not go with such a model; nor does an autoencoder in stages.
 * @returns without the hash of its files, which are listed
 * @throws GessoError model/missing, model/broken, model/unsafe, model/unknown-architecture
 */
export async function convertOnnxFolder(
  request: BundleRequest,
): Promise<{ facts: Omit<BundleFacts, 'sha256'>; files: string[]; tokenizers: (string | undefined)[] }> {
  const { source, outFolder, checkpoint, onProgress } = request;
  await mkdir(outFolder, { recursive: true });
  const files: string[] = [];
  let parameters = 0;
  const take = async (
    part: string,
    as: BundleGraph,
    change: (graph: onnx.IGraphProto, file: string) => void,
  ) => {
    checkpoint?.();
    const taken = await takeGraph(path.join(source, part, 'model.onnx'), as, outFolder, change);
    files.push(...taken.files);
    parameters += taken.parameters;
  };
  const unetConfig = configOf(source, 'unet');
  let seen: { inChannels?: number | undefined; textWidth?: number | undefined; isXl: boolean } = {
    isXl: false,
  };
  await take('unet', 'unet', (graph, file) => {
    seen = {
      inChannels: Number(unetConfig.in_channels) || axisOf(graph, ['sample'], 1),
      textWidth: Number(unetConfig.cross_attention_dim) || axisOf(graph, ['encoder_hidden_states'], 2),
      isXl:
        axisOf(graph, ['time_ids'], 1) !== undefined ||
        graph.input?.some(({ name }) => name === 'time_ids') === true,
    };
    renamePorts(graph, UNET_INPUTS, [{ ours: UNET_PORTS.output, theirs: ['out_sample', 'sample'] }], file);
  });
  onProgress?.(0.6);
  const { inChannels, textWidth, isXl } = seen;
  if (inChannels !== 4 && inChannels !== 9)
    throw unknownModel(source, `${inChannels ?? 'unknown'} input channels`);
  const family: DiffusionFamily = isXl ? 'sdxl' : textWidth === 1024 ? 'sd2' : 'sd1';
  const texts: BundleFacts['texts'] = [];
  for (const [at, part] of (isXl ? ['text_encoder', 'text_encoder_2'] : ['text_encoder']).entries()) {
    const config = configOf(source, part);
    await take(part, at === 0 ? 'text' : 'text2', (graph, file) => {
      const width = Number(config.hidden_size) || axisOf(graph, ['last_hidden_state'], 2);
      if (!width) throw brokenModel(file, 'its width cannot be told; its config.json is missing');
      const projection =
        at === 1 ? Number(config.projection_dim) || axisOf(graph, ['text_embeds'], 1) : undefined;
      const layers = textOutputs(graph, isXl, file);
      texts.push({
        width,
        layers,
        tokens: Number(config.max_position_embeddings) || 77,
        ...(projection && { projection }),
      });
    });
  }
  await take('vae_decoder', 'vae-decoder', (graph, file) =>
    renamePorts(
      graph,
      [{ ours: VAE_PORTS.latents, theirs: ['latent_sample', 'latents', 'latent'] }],
      [{ ours: VAE_PORTS.decoded, theirs: ['sample', 'images'] }],
      file,
    ),
  );
  await take('vae_encoder', 'vae-encoder', encoderPorts);
  onProgress?.(1);
  const vae = configOf(source, 'vae_decoder');
  const channels = Array.isArray(vae.block_out_channels)
    ? vae.block_out_channels.map(Number)
    : [128, 256, 512, 512];
  const schedule = path.join(source, 'scheduler', 'scheduler_config.json');
  const latentStep = 2 ** (channels.length - 1);
  const pooledWidth = texts.at(-1)?.projection;
  return {
    files,
    tokenizers: texts.map((_, at) => {
      const folder = path.join(source, at === 0 ? 'tokenizer' : 'tokenizer_2');
      return existsSync(path.join(folder, 'vocab.json')) ? folder : undefined;
    }),
    facts: {
      ...{ family, inputChannels: inChannels, texts, latentStep, parameters: Math.max(1, parameters) },
      textWidth: textWidth ?? texts.reduce((sum, { width }) => sum + width, 0),
      ...(isXl && pooledWidth !== undefined && { pooledWidth }),
      latentChannels: Number(vae.latent_channels) || 4,
      scalingFactor: Number(vae.scaling_factor) || (isXl ? 0.13025 : 0.18215),
      vaeGroups: Number(vae.norm_num_groups) || 32,
      vaeChannels: channels,
      scheduler: wishedSchedule(existsSync(schedule) ? readJson(schedule) : TRAINED_SCHEDULE, request.wishes),
      nativeSize: (Number(unetConfig.sample_size) || (isXl ? 128 : 64)) * latentStep,
      zerosForEmpty: readJson(path.join(source, 'model_index.json')).force_zeros_for_empty_prompt === true,
      format: 'onnx',
    },
  };
}

function configOf(source: string, part: string): Record<string, unknown> {
  const file = path.join(source, part, 'config.json');
  return existsSync(file) ? readJson(file) : {};
}

/**
 * The outputs that are read: of SDXL the last layer but one, else the last one, normalised.
 * @returns how many layers the outputs stand for
 */
function textOutputs(graph: onnx.IGraphProto, isXl: boolean, file: string): number {
  const hidden = (graph.output ?? [])
    .flatMap(({ name }) => /^hidden_states\.(\d+)$/.exec(name ?? '')?.[1] ?? [])
    .map(Number);
  const last = Math.max(-1, ...hidden);
  const pooled = { ours: TEXT_PORTS.pooled, theirs: ['text_embeds', 'pooler_output'], isOptional: true };
  if (!isXl) {
    renamePorts(
      graph,
      TEXT_INPUTS,
      [{ ours: TEXT_PORTS.normed, theirs: ['last_hidden_state'] }, pooled],
      file,
    );
    return 0;
  }
  if (last < 1) throw unknownModel(file, 'a text encoder without the outputs of its layers (hidden_states)');
  renamePorts(
    graph,
    TEXT_INPUTS,
    [{ ours: TEXT_PORTS.hidden, theirs: [`hidden_states.${last - 1}`] }, pooled],
    file,
  );
  // One layer is left out when it is read: the one that is given is the first of two.
  return 0;
}

/** Some exports give means and variances, some one latent: that is then a mean without a variance. */
function encoderPorts(graph: onnx.IGraphProto, file: string): void {
  const names = ['latent_parameters', 'latent_sample', 'latents'];
  const channels = axisOf(graph, names, 1);
  renamePorts(
    graph,
    [{ ours: VAE_PORTS.picture, theirs: ['sample', 'images'] }],
    [{ ours: channels === 8 ? VAE_PORTS.moments : 'mean', theirs: names }],
    file,
  );
  if (channels === 8) return;
  graph.initializer?.push(scalar('no_variance', -30), scalar('nothing', 0));
  graph.node?.push(
    { opType: 'Mul', name: 'port_zero', input: ['mean', 'nothing'], output: ['zero'] },
    { opType: 'Add', name: 'port_variance', input: ['zero', 'no_variance'], output: ['log_variance'] },
    {
      opType: 'Concat',
      name: 'port_moments',
      input: ['mean', 'log_variance'],
      output: [VAE_PORTS.moments],
      attribute: [{ name: 'axis', type: 2, i: 1 }],
    },
  );
  const [port] = graph.output ?? [];
  if (port) graph.output = [{ ...port, name: VAE_PORTS.moments, type: { tensorType: { elemType: 1 } } }];
}

function scalar(name: string, value: number): onnx.ITensorProto {
  return { name, dims: [], dataType: 1, rawData: Buffer.from(Float32Array.of(value).buffer) };
}

/** Copies a graph and the weights beside it under our names. */
async function takeGraph(
  file: string,
  as: BundleGraph,
  outFolder: string,
  change: (graph: onnx.IGraphProto, file: string) => void,
): Promise<{ files: string[]; parameters: number }> {
  const bytes = await readLimited(file, MAX_ONNX_BYTES);
  await checkExternalData(file);
  let model: onnx.ModelProto;
  try {
    model = ModelProto.decode(bytes);
  } catch (cause) {
    throw brokenModel(file, 'it is not a readable ONNX model', cause);
  }
  const { graph } = model;
  if (!graph) throw brokenModel(file, 'it holds no graph');
  const files = [file];
  const names = new Map<string, string>();
  let parameters = 0;
  for (const tensor of graph.initializer ?? []) {
    parameters += (tensor.dims ?? []).reduce<number>((product, dim) => product * Number(String(dim)), 1);
    for (const entry of tensor.externalData ?? []) {
      if (entry.key !== 'location' || !entry.value) continue;
      const known = names.get(entry.value) ?? `${as}${names.size === 0 ? '' : names.size}.bin`;
      names.set(entry.value, known);
      entry.value = known;
    }
  }
  for (const [from, to] of names) {
    const weights = path.join(path.dirname(file), from);
    await copyFile(weights, path.join(outFolder, to));
    files.push(weights);
    await stat(weights);
  }
  change(graph, file);
  await writeFile(path.join(outFolder, `${as}.onnx`), ModelProto.encode(model).finish(), { flush: true });
  return { files, parameters };
}
