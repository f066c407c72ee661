import { z } from 'zod';
import { brokenModel, unknownModel } from '../../errors.ts';
import type { TextConfig, UnetConfig, VaeConfig } from './config.ts';

const count = z.number().int().min(1).max(65_536);
const perLevel = z.union([count, z.array(count).min(1).max(8)]);

const unetShape = z.looseObject({
  _class_name: z.literal('UNet2DConditionModel'),
  in_channels: count,
  out_channels: count,
  block_out_channels: z.array(count).min(1).max(8),
  layers_per_block: z.union([count, z.array(count)]),
  down_block_types: z.array(z.string()),
  up_block_types: z.array(z.string()),
  mid_block_type: z.string().nullish(),
  attention_head_dim: perLevel.default(8),
  num_attention_heads: perLevel.nullish(),
  transformer_layers_per_block: perLevel.default(1),
  reverse_transformer_layers_per_block: z.unknown().nullish(),
  cross_attention_dim: z.union([count, z.array(count)]).default(1280),
  norm_num_groups: count.default(32),
  norm_eps: z.number().positive().default(1e-5),
  addition_embed_type: z.string().nullish(),
  addition_time_embed_dim: count.nullish(),
});

/** Settings that the networks here do not have; each with what it is where it is not set. */
const UNET_FIXED: Readonly<Record<string, readonly unknown[]>> = {
  act_fn: ['silu', 'swish'],
  center_input_sample: [false],
  class_embed_type: [null],
  conv_in_kernel: [3],
  conv_out_kernel: [3],
  downsample_padding: [1],
  dual_cross_attention: [false],
  encoder_hid_dim: [null],
  encoder_hid_dim_type: [null],
  flip_sin_to_cos: [true],
  freq_shift: [0],
  mid_block_scale_factor: [1],
  only_cross_attention: [false],
  resnet_out_scale_factor: [1],
  resnet_skip_time_act: [false],
  resnet_time_scale_shift: ['default'],
  time_cond_proj_dim: [null],
  time_embedding_act_fn: [null],
  time_embedding_dim: [null],
  time_embedding_type: ['positional'],
  timestep_post_act: [null],
  attention_type: ['default'],
  mid_block_only_cross_attention: [null],
};

/**
 * A U-Net's config.json.
 * @param file for messages
 * @throws GessoError model/broken, model/unknown-architecture naming the setting
 */
export function readUnetConfig(json: unknown, file: string): UnetConfig {
  const read = parsed(unetShape, json, file);
  refuseOthers(read, UNET_FIXED, file);
  const channels = read.block_out_channels;
  const levels = channels.map((_, level) => level);
  const each = (value: number | readonly number[], level: number) =>
    typeof value === 'number' ? value : (value[level] ?? 1);
  const layers = [read.layers_per_block].flat();
  const widths = [read.cross_attention_dim].flat();
  if (new Set(layers).size > 1 || new Set(widths).size > 1 || read.reverse_transformer_layers_per_block)
    throw unknownModel(file, 'blocks that differ from level to level');
  const attends = (types: readonly string[]) =>
    types.map((type) => {
      if (/^CrossAttn(Down|Up)Block2D$/.test(type)) return true;
      if (/^(Down|Up)Block2D$/.test(type)) return false;
      throw unknownModel(file, `blocks of the kind ${type}`);
    });
  const [down, up] = [attends(read.down_block_types), attends(read.up_block_types).reverse()];
  if (down.length !== channels.length || up.length !== channels.length)
    throw brokenModel(file, 'it names more or fewer blocks than levels');
  const middle = read.mid_block_type ?? 'UNetMidBlock2DCrossAttn';
  if (middle !== 'UNetMidBlock2DCrossAttn') throw unknownModel(file, `a middle of the kind ${middle}`);
  const depth = (level: number) => each(read.transformer_layers_per_block, level);
  const isTextTime = read.addition_embed_type === 'text_time';
  if (read.addition_embed_type && !isTextTime)
    throw unknownModel(file, `conditions of the kind ${read.addition_embed_type}`);
  return {
    inChannels: read.in_channels,
    outChannels: read.out_channels,
    channels,
    layersPerBlock: layers[0] ?? 2,
    depths: levels.map((level) => (down[level] ? depth(level) : 0)),
    upDepths: levels.map((level) => (up[level] ? depth(level) : 0)),
    middleDepth: depth(channels.length - 1),
    // The setting is called a size and has always been a number of heads.
    heads: levels.map((level) => each(read.num_attention_heads ?? read.attention_head_dim, level)),
    textWidth: widths[0] ?? 768,
    groups: read.norm_num_groups,
    epsilon: read.norm_eps,
    ...(isTextTime && { sizeWidth: read.addition_time_embed_dim ?? 256 }),
  };
}

const vaeShape = z.looseObject({
  block_out_channels: z.array(count).min(1).max(8),
  layers_per_block: count,
  latent_channels: count,
  norm_num_groups: count.default(32),
  scaling_factor: z.number().positive().default(0.18215),
});

/** A VAE's config.json. @throws as `readUnetConfig` */
export function readVaeConfig(json: unknown, file: string): VaeConfig {
  const read = parsed(vaeShape, json, file);
  refuseOthers(
    read,
    {
      act_fn: ['silu', 'swish'],
      in_channels: [3],
      out_channels: [3],
      mid_block_add_attention: [true],
      shift_factor: [null, 0],
      latents_mean: [null],
    },
    file,
  );
  return {
    channels: read.block_out_channels,
    layersPerBlock: read.layers_per_block,
    latentChannels: read.latent_channels,
    groups: read.norm_num_groups,
    scalingFactor: read.scaling_factor,
  };
}

const textShape = z.looseObject({
  hidden_size: count,
  num_hidden_layers: count,
  num_attention_heads: count,
  max_position_embeddings: count.default(77),
  vocab_size: z
    .number()
    .int()
    .min(1)
    .max(2 ** 20),
  hidden_act: z.enum(['quick_gelu', 'gelu']).default('quick_gelu'),
  layer_norm_eps: z.number().positive().default(1e-5),
  projection_dim: count.nullish(),
});

/** A text encoder's config.json. @param isProjected whether it has a projection of what is pooled */
export function readTextConfig(json: unknown, isProjected: boolean, file: string): TextConfig {
  const read = parsed(textShape, json, file);
  return {
    width: read.hidden_size,
    layers: read.num_hidden_layers,
    heads: read.num_attention_heads,
    tokens: read.max_position_embeddings,
    vocabulary: read.vocab_size,
    activation: read.hidden_act,
    epsilon: read.layer_norm_eps,
    ...(isProjected && { projection: read.projection_dim ?? read.hidden_size }),
  };
}

function refuseOthers(
  read: Readonly<Record<string, unknown>>,
  known: Readonly<Record<string, readonly unknown[]>>,
  file: string,
): void {
  for (const [name, values] of Object.entries(known)) {
    const value = read[name];
    if (value === undefined || value === null || values.includes(value)) continue;
    throw unknownModel(file, `the setting ${name} = ${JSON.stringify(value).slice(0, 60)}`);
  }
}

function parsed<T>(shape: z.ZodType<T>, json: unknown, file: string): T {
  const read = shape.safeParse(json);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw brokenModel(
    file,
    `its setting ${issue?.path.join('.') || '(all)'} is not as expected: ${issue?.message}`,
  );
}
