import { existsSync, statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { DiffusionBundle } from '../../contract/bundle.ts';
import { GessoError } from '../../contract/errors.ts';
import { latentStep } from '../architectures/diffusion/config.ts';
import { readJson } from '../architectures/diffusion/folder.ts';
import { readVaeConfig } from '../architectures/diffusion/folder-config.ts';
import { hasVae, readVaeTensors } from '../architectures/diffusion/vae-file.ts';
import { candidates } from '../architectures/normalise.ts';
import { openCheckpoint } from '../formats/open.ts';
import { writeVae } from './write-vae.ts';

/** SDXL's autoencoder has the shape of the older ones, and other latents: files say which they are by their names. */
const SIGN_OF_XL = /xl/i;

/**
 * Converts an autoencoder's file into the two graphs that stand in for a bundle's own.
 * @param given a file, or a folder as diffusers saves it @param into a folder that is not there yet
 * @throws GessoError model/missing, model/broken, model/unsafe, model/unknown-architecture: no autoencoder, or one
 *   whose latents are not the model's
 */
export async function convertVae(given: string, bundle: DiffusionBundle, into: string): Promise<void> {
  const file = vaeWeights(given);
  const beside = path.join(path.dirname(file), 'config.json');
  const said = existsSync(beside) ? readJson(beside) : {};
  const isSaid = said._class_name === 'AutoencoderKL';
  if (isSaid && Number(said.scaling_factor ?? bundle.scalingFactor) !== bundle.scalingFactor)
    throw unfit(
      file,
      bundle,
      `scales latents by ${said.scaling_factor}, as ${familyWith(said.scaling_factor)} does`,
    );
  const checkpoint = await openCheckpoint(file);
  try {
    const tensors = [...candidates(checkpoint.groups)].find(hasVae);
    if (!tensors) throw noVae(file);
    const { weights, config } = readVaeTensors(
      tensors,
      file,
      bundle.family,
      isSaid ? readVaeConfig(said, beside).groups : bundle.vaeGroups,
    );
    const isForXl = SIGN_OF_XL.test(path.basename(file));
    if (config.latentChannels !== bundle.latentChannels || latentStep(config) !== bundle.latentStep)
      throw unfit(file, bundle, 'has latents of another shape');
    if (isForXl && bundle.family !== 'sdxl') throw unfit(file, bundle, 'is one of Stable Diffusion XL');
    await mkdir(into, { recursive: true });
    await writeVae({ weights, config }, into);
  } finally {
    checkpoint.close();
  }
}

/** The file of weights in a folder of diffusers; a file is itself. @throws GessoError model/unknown-architecture */
export function vaeWeights(given: string): string {
  if (!statSync(given, { throwIfNoEntry: false })?.isDirectory()) return given;
  const names = [
    'diffusion_pytorch_model.safetensors',
    'diffusion_pytorch_model.fp16.safetensors',
    'diffusion_pytorch_model.bin',
  ];
  const found = ['.', 'vae']
    .flatMap((inner) => names.map((name) => path.join(given, inner, name)))
    .find((file) => existsSync(file));
  if (!found) throw noVae(given);
  return found;
}

function familyWith(scaling: unknown): string {
  return scaling === 0.13025
    ? 'Stable Diffusion XL'
    : scaling === 0.18215
      ? 'Stable Diffusion 1.x and 2.x'
      : 'another family';
}

function noVae(file: string): GessoError {
  return new GessoError(
    'model/unknown-architecture',
    `${file} holds no autoencoder (VAE).`,
    'Give a VAE as diffusers or Stable Diffusion keeps it, or leave --vae out.',
  );
}

function unfit(file: string, { name }: DiffusionBundle, why: string): GessoError {
  return new GessoError(
    'model/unknown-architecture',
    `${file} ${why}; ${name} is made for another.`,
    'Use an autoencoder of the same family as the model, or leave --vae out.',
  );
}
