import { z } from 'zod';
import type { DiffusionWishes } from '../../../contract/bundle.ts';
import { GessoError } from '../../../contract/errors.ts';
import type { TextConfig, UnetConfig, VaeConfig } from './config.ts';

const count = z.number().int().min(1).max(65_536);
const heads = z.union([count, z.array(count).min(1).max(8)]);
const part = z.looseObject({
  norm_num_groups: count.optional(),
  attention_head_dim: heads.optional(),
  num_attention_heads: heads.optional(),
});

/** What `--config` may say: as in the config files of diffusers, one object a part; what stands outside is of all. */
const wishedConfig = z.looseObject({
  norm_num_groups: count.optional(),
  /** Heads of the U-Net, as diffusers' setting of that name means them. */
  attention_head_dim: heads.optional(),
  /** Heads of the text encoders. */
  num_attention_heads: count.optional(),
  unet: part.optional(),
  vae: part.optional(),
  text_encoder: part.optional(),
  text_encoder_2: part.optional(),
});
type WishedConfig = z.infer<typeof wishedConfig>;

/**
 * Settings said by hand over those that were found.
 * @throws GessoError usage/invalid where the settings are none
 */
export class Wished {
  readonly #config: WishedConfig;

  constructor({ config = {} }: DiffusionWishes) {
    const read = wishedConfig.safeParse(config);
    if (!read.success) {
      const [issue] = read.error.issues;
      throw new GessoError(
        'usage/invalid',
        `The settings of the model are not as expected: ${issue?.path.join('.')}: ${issue?.message}.`,
        'Write them as diffusers does, for example {"norm_num_groups": 32, "unet": {"attention_head_dim": 8}}.',
      );
    }
    this.#config = read.data;
  }

  unet(found: UnetConfig): UnetConfig {
    const { unet, norm_num_groups, attention_head_dim } = this.#config;
    const wished = unet?.num_attention_heads ?? unet?.attention_head_dim ?? attention_head_dim;
    const each = wished === undefined ? found.heads : found.channels.map((_, level) => at(wished, level));
    return { ...found, heads: each, groups: unet?.norm_num_groups ?? norm_num_groups ?? found.groups };
  }

  vae(found: VaeConfig): VaeConfig {
    const { vae, norm_num_groups } = this.#config;
    return { ...found, groups: vae?.norm_num_groups ?? norm_num_groups ?? found.groups };
  }

  text(found: TextConfig, index: number): TextConfig {
    const own = index === 0 ? this.#config.text_encoder : this.#config.text_encoder_2;
    const wished = own?.num_attention_heads ?? this.#config.num_attention_heads;
    return wished === undefined ? found : { ...found, heads: at(wished, 0) };
  }
}

function at(value: number | readonly number[], level: number): number {
  return typeof value === 'number' ? value : (value[level] ?? value.at(-1) ?? 1);
}
