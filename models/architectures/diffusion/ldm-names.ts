import type { NamedTensors, StoredTensor } from '../../formats/checkpoint.ts';
import { rowsOf } from './layers.ts';

/** Where the parts of a single-file checkpoint lie. */
const UNET_PREFIX = 'model.diffusion_model.';
const VAE_PREFIX = 'first_stage_model.';

/** The layers inside a residual block of the U-Net. */
const RESIDUAL: readonly (readonly [string, string])[] = [
  ['in_layers.0.', 'norm1.'],
  ['in_layers.2.', 'conv1.'],
  ['emb_layers.1.', 'time_emb_proj.'],
  ['out_layers.0.', 'norm2.'],
  ['out_layers.3.', 'conv2.'],
  ['skip_connection.', 'conv_shortcut.'],
];

/**
 * The U-Net of a single-file checkpoint under the names of diffusers. The file numbers all blocks of one direction
 * through; diffusers counts levels and layers.
 * @param layers residual blocks of a level on the way down
 */
export function unetNames(tensors: NamedTensors, layers: number): Map<string, StoredTensor> {
  const named = new Map<string, StoredTensor>();
  for (const [name, tensor] of tensors) {
    if (!name.startsWith(UNET_PREFIX)) continue;
    named.set(unetName(name.slice(UNET_PREFIX.length), layers), tensor);
  }
  return named;
}

/** One name: see `unetNames`. */
export function unetName(name: string, layers: number): string {
  const [, kind = '', number = '', part = '', rest = ''] =
    /^(input_blocks|output_blocks|middle_block)\.(\d+)\.(?:(\d+)\.)?(.*)$/.exec(name) ?? [];
  const at = Number(number);
  switch (kind) {
    case 'input_blocks': {
      if (at === 0) return `conv_in.${rest}`;
      const [level, layer] = [Math.floor((at - 1) / (layers + 1)), (at - 1) % (layers + 1)];
      const block = `down_blocks.${level}`;
      if (layer === layers) return `${block}.downsamplers.0.${rest.replace(/^op\./, 'conv.')}`;
      return part === '0'
        ? `${block}.resnets.${layer}.${inResidual(rest)}`
        : `${block}.attentions.${layer}.${rest}`;
    }
    case 'middle_block': {
      // Its second number belongs to the layer inside.
      const inner = name.slice(`middle_block.${number}.`.length);
      return at === 1
        ? `mid_block.attentions.0.${inner}`
        : `mid_block.resnets.${at / 2}.${inResidual(inner)}`;
    }
    case 'output_blocks': {
      const [level, layer] = [Math.floor(at / (layers + 1)), at % (layers + 1)];
      const block = `up_blocks.${level}`;
      if (part === '0') return `${block}.resnets.${layer}.${inResidual(rest)}`;
      // The last of a level enlarges, behind its attention if it has one.
      return rest.startsWith('conv.')
        ? `${block}.upsamplers.0.${rest}`
        : `${block}.attentions.${layer}.${rest}`;
    }
    default:
      return TOP.reduce(
        (made, [from, to]) => (made.startsWith(from) ? to + made.slice(from.length) : made),
        name,
      );
  }
}

const TOP: readonly (readonly [string, string])[] = [
  ['time_embed.0.', 'time_embedding.linear_1.'],
  ['time_embed.2.', 'time_embedding.linear_2.'],
  ['label_emb.0.0.', 'add_embedding.linear_1.'],
  ['label_emb.0.2.', 'add_embedding.linear_2.'],
  ['out.0.', 'conv_norm_out.'],
  ['out.2.', 'conv_out.'],
];

function inResidual(name: string): string {
  const found = RESIDUAL.find(([from]) => name.startsWith(from));
  return found ? found[1] + name.slice(found[0].length) : name;
}

/**
 * The autoencoder under the names of diffusers; a file of a VAE alone has no prefix.
 * @param levels how many it has: the file counts those of the decoder from the finest
 */
export function vaeNames(tensors: NamedTensors, levels: number): Map<string, StoredTensor> {
  const prefix = [...tensors.keys()].some((name) => name.startsWith(VAE_PREFIX)) ? VAE_PREFIX : '';
  const named = new Map<string, StoredTensor>();
  for (const [name, tensor] of tensors) {
    if (!name.startsWith(prefix)) continue;
    const own = name.slice(prefix.length);
    if (/^(encoder|decoder|quant_conv|post_quant_conv)\./.test(own)) named.set(vaeName(own, levels), tensor);
  }
  return named;
}

function vaeName(name: string, levels: number): string {
  return attentionName(
    name
      .replace(/^encoder\.down\.(\d+)\./, 'encoder.down_blocks.$1.')
      .replace(
        /^decoder\.up\.(\d+)\./,
        (_, level: string) => `decoder.up_blocks.${levels - 1 - Number(level)}.`,
      )
      .replace(/\.block\.(\d+)\./, '.resnets.$1.')
      .replace(/\.nin_shortcut\./, '.conv_shortcut.')
      .replace(/\.downsample\.conv\./, '.downsamplers.0.conv.')
      .replace(/\.upsample\.conv\./, '.upsamplers.0.conv.')
      .replace(/\.mid\.block_([12])\./, (_, at: string) => `.mid_block.resnets.${Number(at) - 1}.`)
      .replace(/\.mid\.attn_1\./, '.mid_block.attentions.0.')
      .replace(/\.norm_out\./, '.conv_norm_out.'),
  );
}

/** The middle attention has had several names, in files of either kind. */
export function attentionName(name: string): string {
  return name.replace(/(\.mid_block\.attentions\.0\.)(\w+)\./, (all, place: string, layer: string) => {
    const now = ATTENTION[layer];
    return now ? `${place}${now}.` : all;
  });
}

const ATTENTION: Readonly<Record<string, string>> = {
  norm: 'group_norm',
  q: 'to_q',
  k: 'to_k',
  v: 'to_v',
  proj_out: 'to_out.0',
  query: 'to_q',
  key: 'to_k',
  value: 'to_v',
  proj_attn: 'to_out.0',
};

/** Where text encoders lie: those of transformers, and OpenCLIP's, whose layers have other names. */
export const TEXT_PLACES = {
  sd1: [{ kind: 'transformers', prefix: 'cond_stage_model.transformer.' }],
  sd2: [{ kind: 'open-clip', prefix: 'cond_stage_model.model.' }],
  sdxl: [
    { kind: 'transformers', prefix: 'conditioner.embedders.0.transformer.' },
    { kind: 'open-clip', prefix: 'conditioner.embedders.1.model.' },
  ],
} as const;
export type TextPlace = (typeof TEXT_PLACES)[keyof typeof TEXT_PLACES][number];

/** A text encoder under the names of transformers' CLIPTextModel. */
export function textNames(tensors: NamedTensors, { kind, prefix }: TextPlace): Map<string, StoredTensor> {
  const named = new Map<string, StoredTensor>();
  for (const [name, tensor] of tensors) {
    if (!name.startsWith(prefix)) continue;
    const own = name.slice(prefix.length);
    if (kind === 'transformers') {
      // Very old files leave the inner name out.
      named.set(/^(text_model|text_projection)\./.test(own) ? own : `text_model.${own}`, tensor);
      continue;
    }
    for (const [made, part] of fromOpenClip(own, tensor)) named.set(made, part);
  }
  return named;
}

function fromOpenClip(name: string, tensor: StoredTensor): [string, StoredTensor][] {
  if (name === 'text_projection') return [['text_projection.weight', turned(tensor)]];
  const plain = OPEN_CLIP[name];
  if (plain) return [[plain, tensor]];
  const [, layer, inner = ''] = /^transformer\.resblocks\.(\d+)\.(.*)$/.exec(name) ?? [];
  if (layer === undefined) return [];
  const place = `text_model.encoder.layers.${layer}`;
  const joined = /^attn\.in_proj_(weight|bias)$/.exec(inner)?.[1];
  if (joined) {
    // Queries, keys and values lie one under the other.
    const width = (tensor.dims[0] ?? 0) / 3;
    return ['q', 'k', 'v'].map((which, at) => [
      `${place}.self_attn.${which}_proj.${joined}`,
      rowsOf(tensor, at * width, width),
    ]);
  }
  return [
    [`${place}.${OPEN_CLIP_LAYER.reduce((made, [from, to]) => made.replace(from, to), inner)}`, tensor],
  ];
}

const OPEN_CLIP: Readonly<Record<string, string>> = {
  'token_embedding.weight': 'text_model.embeddings.token_embedding.weight',
  positional_embedding: 'text_model.embeddings.position_embedding.weight',
  'ln_final.weight': 'text_model.final_layer_norm.weight',
  'ln_final.bias': 'text_model.final_layer_norm.bias',
};

const OPEN_CLIP_LAYER: readonly (readonly [RegExp, string])[] = [
  [/^ln_1\./, 'layer_norm1.'],
  [/^ln_2\./, 'layer_norm2.'],
  [/^attn\.out_proj\./, 'self_attn.out_proj.'],
  [/^mlp\.c_fc\./, 'mlp.fc1.'],
  [/^mlp\.c_proj\./, 'mlp.fc2.'],
];

/** A matrix with its axes changed: OpenCLIP multiplies from the other side. */
function turned(tensor: StoredTensor): StoredTensor {
  const [rows = 0, columns = 0] = tensor.dims;
  return {
    type: tensor.type,
    dims: [columns, rows],
    floats() {
      const floats = tensor.floats();
      return floats.map((_, at) => floats[(at % rows) * columns + Math.floor(at / rows)] ?? 0);
    },
  };
}
