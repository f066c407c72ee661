/**
 * What the tensors of a diffusion model do not say, or say only by their shapes, in the terms of diffusers' config
 * files. Read from a folder's configs (`folder-config.ts`) or told from a single file's tensors (`ldm-config.ts`).
 */

/** A U-Net that is told the time and reads text: `UNet2DConditionModel`. */
export interface UnetConfig {
  /** 4, or 9 where the mask and the masked picture come along. */
  readonly inChannels: number;
  readonly outChannels: number;
  /** One a level, the finest first. */
  readonly channels: readonly number[];
  readonly layersPerBlock: number;
  /** Transformer blocks of each attention, one number a level; 0: that level has no attention. */
  readonly depths: readonly number[];
  /** The same of the way up, from the finest level on: some small networks have it otherwise. */
  readonly upDepths: readonly number[];
  /** Of the middle; 0: none. */
  readonly middleDepth: number;
  /** Attention heads, one number a level. */
  readonly heads: readonly number[];
  /** Numbers of a token of text. */
  readonly textWidth: number;
  readonly groups: number;
  readonly epsilon: number;
  /** Numbers of the sinusoids of each of the six sizes that SDXL is told; left out: it is told none. */
  readonly sizeWidth?: number | undefined;
}

/** `AutoencoderKL`. */
export interface VaeConfig {
  /** One a level, the finest first. */
  readonly channels: readonly number[];
  readonly layersPerBlock: number;
  readonly latentChannels: number;
  readonly groups: number;
  /** What latents are multiplied by before the U-Net sees them. */
  readonly scalingFactor: number;
}

/** A text encoder of CLIP. */
export interface TextConfig {
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  /** Tokens of one run, its ends among them. */
  readonly tokens: number;
  readonly vocabulary: number;
  readonly activation: 'quick_gelu' | 'gelu';
  readonly epsilon: number;
  /** Numbers of the pooled output; left out: there is no projection. */
  readonly projection?: number | undefined;
}

/** Pixels of the picture for each place of the latents, along each axis: one halving between two levels. */
export function latentStep({ channels }: Pick<VaeConfig, 'channels'>): number {
  return 2 ** (channels.length - 1);
}
