import type { DiffusionFamily } from '../../../contract/bundle.ts';
import type { Weights } from '../weights.ts';
import type { TextConfig, UnetConfig, VaeConfig } from './config.ts';

export interface PartOf<Config> {
  readonly weights: Weights;
  readonly config: Config;
}

/** Where a tokenizer's files are; left out: CLIP's own vocabulary. */
interface TokenizerSource {
  readonly folder: string;
}

/** A diffusion model that was opened: its parts under the names that diffusers uses, none of their values read yet. */
export interface DiffusionSource {
  readonly format: 'diffusers' | 'safetensors' | 'pytorch';
  readonly family: DiffusionFamily;
  readonly unet: PartOf<UnetConfig>;
  readonly vae: PartOf<VaeConfig>;
  /** One, or SDXL's two. */
  readonly texts: readonly PartOf<TextConfig>[];
  readonly tokenizers: readonly (TokenizerSource | undefined)[];
  /** As a scheduler_config.json has it. */
  readonly scheduler: Readonly<Record<string, unknown>>;
  /** The size it was trained at, pixels. */
  readonly nativeSize: number;
  /** An empty negative prompt is zeros, not the embedding of nothing. */
  readonly zerosForEmpty: boolean;
  /** Files whose hashes say which model this is. */
  readonly files: readonly string[];
  close(): void;
}

/** How the family reads text and what is assumed of it. */
export function familyOf(unet: Pick<UnetConfig, 'sizeWidth' | 'textWidth'>): DiffusionFamily {
  if (unet.sizeWidth !== undefined) return 'sdxl';
  return unet.textWidth === 1024 ? 'sd2' : 'sd1';
}
