import { existsSync, readFileSync } from 'node:fs';
import type { DiffusionFamily, DiffusionWishes } from '../../../contract/bundle.ts';
import { GessoError } from '../../../contract/errors.ts';
import { unknownModel } from '../../errors.ts';
import type { Checkpoint, NamedTensors } from '../../formats/checkpoint.ts';
import { Weights } from '../weights.ts';
import type { TextConfig, UnetConfig } from './config.ts';
import { TEXT_PLACES, textNames, unetNames } from './ldm-names.ts';
import { TRAINED_SCHEDULE, wishedSchedule } from './scheduler-config.ts';
import { type DiffusionSource, familyOf } from './source.ts';
import { readVaeTensors } from './vae-file.ts';
import { Wished } from './wishes.ts';

const UNET_SIGN = 'model.diffusion_model.input_blocks.0.0.weight';
/** Channels of an attention head where the family has a size and not a number of them. */
const HEAD_SIZE = 64;

/** Whether the tensors are a diffusion model in one file. */
export function isSingleFile(tensors: NamedTensors): boolean {
  return tensors.has(UNET_SIGN);
}

/**
 * A checkpoint that holds a whole model of Stable Diffusion: 1.x, 2.x or XL, told apart by its tensors.
 * @param tensors those of the group that `isSingleFile` holds for
 * @throws GessoError model/unknown-architecture (another kind of input, the refiner, a part that is not there),
 *   model/broken, usage/invalid
 */
export function openSingleFile(
  checkpoint: Checkpoint,
  tensors: NamedTensors,
  file: string,
  wishes: DiffusionWishes,
): DiffusionSource {
  const wished = new Wished(wishes);
  const named = unetNames(tensors, layersOf(tensors));
  const unet = new Weights(named, file, 'a diffusion model');
  const config = wished.unet(unetConfig(unet, file));
  checkInputs(config, file);
  const family = familyOf(config);
  const texts = TEXT_PLACES[family].map((place, index) => {
    const weights = new Weights(textNames(tensors, place), file, 'a text encoder of CLIP');
    if (!weights.has('text_model.embeddings.token_embedding.weight')) throw withoutText(file, index);
    return { weights, config: wished.text(textConfig(weights, place.kind, family, index), index) };
  });
  const vae = readVaeTensors(tensors, file, family);
  return {
    format: checkpoint.format,
    family,
    unet: { weights: unet, config },
    vae: { weights: vae.weights, config: wished.vae(vae.config) },
    texts,
    tokenizers: texts.map(() => undefined),
    scheduler: scheduleOf(tensors, file, family, wishes),
    nativeSize: family === 'sdxl' ? 1024 : family === 'sd2' && isV(tensors, file, family, wishes) ? 768 : 512,
    zerosForEmpty: family === 'sdxl',
    files: [file],
    close: () => checkpoint.close(),
  };
}

/** Residual blocks of a level: what comes before the first halving. */
function layersOf(tensors: NamedTensors): number {
  let blocks = 0;
  for (const name of tensors.keys()) {
    const [, at] = /^model\.diffusion_model\.input_blocks\.(\d+)\.0\.op\.weight$/.exec(name) ?? [];
    if (at !== undefined) blocks = blocks === 0 ? Number(at) : Math.min(blocks, Number(at));
  }
  return Math.max(1, blocks - 1);
}

function unetConfig(weights: Weights, file: string): UnetConfig {
  const levels = weights.length('down_blocks');
  const last = levels - 1;
  const depth = (place: string) => weights.length(`${place}.attentions.0.transformer_blocks`);
  const all = Array.from({ length: levels }, (_, level) => level);
  const depths = all.map((level) => depth(`down_blocks.${level}`));
  const channels = all.map((level) => weights.size(`down_blocks.${level}.resnets.0.conv1.weight`, 0));
  const attended = depths.findIndex((each) => each > 0);
  if (attended < 0) throw unknownModel(file, 'a network that reads no text');
  const textWidth = weights.size(
    `down_blocks.${attended}.attentions.0.transformer_blocks.0.attn2.to_k.weight`,
    1,
  );
  const isXl = weights.has('add_embedding.linear_1.weight');
  // The first family has eight heads in each block, the later ones heads of one size.
  const hasEight = !isXl && textWidth !== 1024;
  return {
    inChannels: weights.size('conv_in.weight', 1),
    outChannels: weights.size('conv_out.weight', 0),
    channels,
    layersPerBlock: weights.length('down_blocks.0.resnets'),
    depths,
    upDepths: all.map((level) => depth(`up_blocks.${last - level}`)),
    middleDepth: depth('mid_block'),
    heads: channels.map((count) => (hasEight ? 8 : Math.max(1, count / HEAD_SIZE))),
    textWidth,
    groups: 32,
    epsilon: 1e-5,
    ...(isXl && { sizeWidth: sizeWidthOf(weights, textWidth, file) }),
  };
}

/** Six sizes of 256 sinusoids beside 1280 numbers of text; the refiner has five beside its one. */
function sizeWidthOf(weights: Weights, textWidth: number, file: string): number {
  const all = weights.size('add_embedding.linear_1.weight', 1);
  if (all === 2560 || textWidth === 1280) throw refiner(file);
  return 256;
}

export function refiner(file: string): GessoError {
  return new GessoError(
    'model/unknown-architecture',
    `${file} is the refiner of Stable Diffusion XL, which works on what the base model leaves unfinished.`,
    'Import the base model; a second pass with --hires sharpens its pictures.',
  );
}

/** @throws GessoError for inputs other than latents, or latents with a mask and the masked picture */
export function checkInputs({ inChannels }: UnetConfig, file: string): void {
  if (inChannels === 4 || inChannels === 9) return;
  const kind = INPUT_KINDS[inChannels] ?? `one with ${inChannels} input channels`;
  throw new GessoError(
    'model/unknown-architecture',
    `${file} is ${kind}; Gesso runs diffusion models with 4 input channels, and inpainting models with 9.`,
    'Choose a model for words to picture, or its inpainting version.',
  );
}

const INPUT_KINDS: Readonly<Record<number, string>> = {
  5: 'a model that reads depth beside the latents (5 input channels)',
  7: 'an upscaling model (7 input channels)',
  8: 'a model that edits pictures by instruction (8 input channels)',
};

function withoutText(file: string, index: number): GessoError {
  const which = index === 0 ? 'text encoder' : 'second text encoder';
  return new GessoError(
    'model/broken',
    `${file} holds a diffusion network without its ${which}.`,
    'Get the file that holds the whole model (often called "full" or "pruned"), or its diffusers folder.',
  );
}

function textConfig(
  weights: Weights,
  kind: 'transformers' | 'open-clip',
  family: DiffusionFamily,
  index: number,
): TextConfig {
  const width = weights.size('text_model.embeddings.token_embedding.weight', 1);
  const layers = weights.length('text_model.encoder.layers');
  return {
    width,
    // The second family reads what comes before the last layer.
    layers: family === 'sd2' ? layers - 1 : layers,
    heads: Math.max(1, width / HEAD_SIZE),
    tokens: weights.size('text_model.embeddings.position_embedding.weight', 0),
    vocabulary: weights.size('text_model.embeddings.token_embedding.weight', 0),
    activation: kind === 'open-clip' ? 'gelu' : 'quick_gelu',
    epsilon: 1e-5,
    ...(family === 'sdxl' && index === 1 && { projection: weights.size('text_projection.weight', 0) }),
  };
}

function scheduleOf(
  tensors: NamedTensors,
  file: string,
  family: DiffusionFamily,
  wishes: DiffusionWishes,
): Record<string, unknown> {
  const isSpacedSo = family === 'sdxl' ? { _class_name: 'EulerDiscreteScheduler' } : {};
  const found = {
    ...TRAINED_SCHEDULE,
    ...isSpacedSo,
    prediction_type: isV(tensors, file, family, { prediction: 'auto' }) ? 'v_prediction' : 'epsilon',
  };
  return wishedSchedule(found, { ...wishes, zeroSnr: wishes.zeroSnr ?? tensors.has('ztsnr') });
}

/**
 * What the network foretells. Tensors say it only where somebody put a sign among them; a .yaml beside the file says
 * it; else the second family was mostly trained for v (Salimans and Ho, arXiv:2202.00512).
 */
function isV(
  tensors: NamedTensors,
  file: string,
  family: DiffusionFamily,
  { prediction = 'auto' }: DiffusionWishes,
): boolean {
  if (prediction !== 'auto') return prediction === 'v';
  if (tensors.has('v_pred')) return true;
  const yaml = file.replace(/\.[^.]+$/, '.yaml');
  if (existsSync(yaml))
    return /^\s*parameterization:\s*["']?v\b/m.test(readFileSync(yaml, 'utf8').slice(0, 100_000));
  return family === 'sd2';
}
