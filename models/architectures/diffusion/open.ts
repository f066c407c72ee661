import { statSync } from 'node:fs';
import type { DiffusionWishes } from '../../../contract/bundle.ts';
import { GessoError } from '../../../contract/errors.ts';
import { unknownModel } from '../../errors.ts';
import { detectFormat } from '../../formats/detect.ts';
import { openCheckpoint } from '../../formats/open.ts';
import { candidates } from '../normalise.ts';
import { isDiffusersFolder, openDiffusersFolder } from './folder.ts';
import { isSingleFile, openSingleFile, refiner } from './single-file.ts';
import type { DiffusionSource } from './source.ts';
import { hasVae } from './vae-file.ts';

/**
 * Opens a diffusion model: a folder as diffusers saves it, or a whole model in one file.
 * @returns nothing of its weights is in memory yet; the caller closes it
 * @throws GessoError model/missing, model/broken, model/unsafe, model/unknown-architecture, usage/invalid
 */
export async function openDiffusion(source: string, wishes: DiffusionWishes = {}): Promise<DiffusionSource> {
  if (statSync(source, { throwIfNoEntry: false })?.isDirectory()) {
    if (isDiffusersFolder(source)) return openDiffusersFolder(source, wishes);
    throw new GessoError(
      'model/unknown-architecture',
      `${source} is a folder without a model_index.json.`,
      'Name the folder of the whole model, as diffusers saves it, or a single .safetensors file.',
    );
  }
  const checkpoint = await openCheckpoint(source);
  try {
    for (const tensors of candidates(checkpoint.groups)) {
      if (isSingleFile(tensors)) return openSingleFile(checkpoint, tensors, source, wishes);
      if (tensors.has('conditioner.embedders.0.model.text_projection')) throw refiner(source);
    }
    throw notWhole(source, [...checkpoint.groups.values()]);
  } catch (thrown) {
    checkpoint.close();
    throw thrown;
  }
}

/** Signs of a diffusion model's parts: what has one is for Generate, whole or not. */
const SIGNS =
  /^(model\.diffusion_model|cond_stage_model|first_stage_model|conditioner\.embedders)\.|lora[._](up|down|A|B)\b|lora_(up|down)|^decoder\.mid(_block)?\.|^down_blocks\.\d\.(attentions|resnets)\.|^string_to_param|^emb_params$/i;

/** Whether a file of tensors belongs to diffusion. Files of other kinds, and those that cannot be read, do not. */
export async function isDiffusionFile(file: string): Promise<boolean> {
  const format = await detectFormat(file).catch(() => undefined);
  if (format !== 'pytorch' && format !== 'safetensors') return false;
  const checkpoint = await openCheckpoint(file).catch(() => undefined);
  if (!checkpoint) return false;
  try {
    return [...checkpoint.groups.values()].some((group) =>
      [...group.keys()].some((name) => SIGNS.test(name)),
    );
  } finally {
    checkpoint.close();
  }
}

function notWhole(source: string, groups: readonly ReadonlyMap<string, never | object>[]): GessoError {
  const names = groups.flatMap((tensors) => [...tensors.keys()]);
  const has = (sign: RegExp) => names.some((name) => sign.test(name));
  if (has(/lora[._](up|down|A|B)/i))
    return new GessoError(
      'model/unknown-architecture',
      `${source} is a LoRA, which changes a model and is none itself.`,
      'Give it with --lora FILE:WEIGHT beside a model.',
    );
  if (groups.some((tensors) => hasVae(tensors as never)))
    return new GessoError(
      'model/unknown-architecture',
      `${source} is an autoencoder (VAE) alone.`,
      'Give it with --vae FILE beside a model.',
    );
  if (has(/^down_blocks\.\d\..*attn2\.to_k/))
    return new GessoError(
      'model/broken',
      `${source} is the U-Net of a diffusion model alone, without text encoder and autoencoder.`,
      'Import the folder that it lies in (with model_index.json), or a file that holds the whole model.',
    );
  if (has(/^(string_to_param|emb_params|clip_[lg])/))
    return new GessoError(
      'model/unknown-architecture',
      `${source} is a textual inversion, which teaches a model a word.`,
      'Give it with --embedding FILE beside a model.',
    );
  return unknownModel(source, 'tensors of another network than those of Stable Diffusion 1.x, 2.x and XL');
}
