import type { DiffusionFamily } from '../../../contract/bundle.ts';
import { GessoError } from '../../../contract/errors.ts';
import type { NamedTensors, StoredTensor } from '../../formats/checkpoint.ts';
import { Weights } from '../weights.ts';
import type { VaeConfig } from './config.ts';
import { attentionName, vaeNames } from './ldm-names.ts';
import type { PartOf } from './source.ts';

/** What latents were multiplied by in training. */
const SCALING: Readonly<Record<DiffusionFamily, number>> = { sd1: 0.18215, sd2: 0.18215, sdxl: 0.13025 };

/** Whether tensors hold an autoencoder of latent diffusion, alone or among others, under either kind of names. */
export function hasVae(tensors: NamedTensors): boolean {
  return ['', 'first_stage_model.'].some((prefix) => tensors.has(`${prefix}decoder.conv_in.weight`));
}

/**
 * An autoencoder out of a file of tensors: part of a checkpoint, or by itself.
 * @param family of the model that it is for: it says the scaling @param groups of its normalisations
 * @throws GessoError model/broken
 */
export function readVaeTensors(
  tensors: NamedTensors,
  file: string,
  family: DiffusionFamily,
  groups = 32,
): PartOf<VaeConfig> {
  if (!hasVae(tensors))
    throw new GessoError(
      'model/broken',
      `${file} holds no autoencoder (VAE).`,
      'Get the file that holds the whole model, or give a VAE with --vae.',
    );
  const weights = new Weights(underOurNames(tensors), file, 'an autoencoder of latent diffusion');
  const levels = weights.length('encoder.down_blocks');
  return {
    weights,
    config: {
      channels: Array.from({ length: levels }, (_, level) =>
        weights.size(`encoder.down_blocks.${level}.resnets.0.conv1.weight`, 0),
      ),
      layersPerBlock: weights.length('encoder.down_blocks.0.resnets'),
      latentChannels: weights.size('decoder.conv_in.weight', 1),
      groups,
      scalingFactor: SCALING[family],
    },
  };
}

function underOurNames(tensors: NamedTensors): ReadonlyMap<string, StoredTensor> {
  const isOurs = tensors.has('decoder.mid_block.resnets.0.norm1.weight');
  if (isOurs) return withNewAttention(tensors);
  const levels = [...tensors.keys()].flatMap((name) => /(?:^|\.)decoder\.up\.(\d+)\./.exec(name)?.[1] ?? []);
  return vaeNames(tensors, Math.max(...levels.map(Number), 0) + 1);
}

/** Diffusers' own names, the middle attention's brought up to date. */
export function withNewAttention(tensors: NamedTensors): Map<string, StoredTensor> {
  return new Map([...tensors].map(([name, tensor]) => [attentionName(name), tensor]));
}
