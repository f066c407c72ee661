import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';

/** Shapes of a diffusion model in the terms of diffusers. */
export interface DiffusionShape {
  channels: readonly number[];
  /** Transformer blocks a level; 0: none. */
  depths: readonly number[];
  layersPerBlock: number;
  heads: number | readonly number[];
  textWidth: number;
  textLayers: number;
  textHeads: number;
  vocabulary: number;
  vaeChannels: readonly number[];
  groups: number;
  inputChannels?: number;
}

/** Stable Diffusion 1.5's own. */
export const SD15_SHAPE: DiffusionShape = {
  channels: [320, 640, 1280, 1280],
  depths: [1, 1, 1, 0],
  layersPerBlock: 2,
  heads: 8,
  textWidth: 768,
  textLayers: 12,
  textHeads: 12,
  vocabulary: 49408,
  vaeChannels: [128, 256, 512, 512],
  groups: 32,
};

/** A model of the same kind that runs in milliseconds. */
export const TINY_SHAPE: DiffusionShape = {
  channels: [16, 32],
  depths: [1, 0],
  layersPerBlock: 1,
  heads: 2,
  textWidth: 16,
  textLayers: 2,
  textHeads: 2,
  vocabulary: 600,
  vaeChannels: [8, 16, 16, 16],
  groups: 4,
};

type Shapes = Map<string, readonly number[]>;

/**
 * Writes a model with random weights as diffusers saves it: real shapes, nothing learnt.
 * @param half as float16, half as large
 */
export function writeDiffusionModel(
  folder: string,
  shape: DiffusionShape,
  { half = false, seed = 1 } = {},
): void {
  const parts: [string, string, Shapes, object][] = [
    ['unet', 'diffusion_pytorch_model', unetShapes(shape), unetConfig(shape)],
    ['vae', 'diffusion_pytorch_model', vaeShapes(shape), vaeConfig(shape)],
    ['text_encoder', 'model', textShapes(shape), textConfig(shape)],
  ];
  for (const [index, [name, stem, shapes, config]] of parts.entries()) {
    const at = path.join(folder, name);
    mkdirSync(at, { recursive: true });
    writeFileSync(path.join(at, 'config.json'), JSON.stringify(config));
    writeRandom(path.join(at, `${stem}.safetensors`), shapes, half, seed + index);
  }
  writeFileSync(
    path.join(folder, 'model_index.json'),
    JSON.stringify({ _class_name: 'StableDiffusionPipeline' }),
  );
  writeTokenizer(path.join(folder, 'tokenizer'), shape.vocabulary);
}

function unetConfig({
  channels,
  depths,
  heads,
  textWidth,
  groups,
  layersPerBlock,
  inputChannels = 4,
}: DiffusionShape) {
  const block = (depth: number, way: 'Down' | 'Up') => `${depth > 0 ? 'CrossAttn' : ''}${way}Block2D`;
  return {
    _class_name: 'UNet2DConditionModel',
    in_channels: inputChannels,
    out_channels: 4,
    block_out_channels: channels,
    layers_per_block: layersPerBlock,
    down_block_types: depths.map((depth) => block(depth, 'Down')),
    up_block_types: depths.map((depth) => block(depth, 'Up')).reverse(),
    attention_head_dim: heads,
    cross_attention_dim: textWidth,
    norm_num_groups: groups,
    sample_size: channels.length > 2 ? 64 : 16,
  };
}

function vaeConfig({ vaeChannels, groups }: DiffusionShape) {
  return {
    _class_name: 'AutoencoderKL',
    block_out_channels: vaeChannels,
    layers_per_block: 2,
    latent_channels: 4,
    norm_num_groups: groups,
    scaling_factor: 0.18215,
  };
}

function textConfig({ textWidth, textLayers, textHeads, vocabulary }: DiffusionShape) {
  return {
    hidden_size: textWidth,
    num_hidden_layers: textLayers,
    num_attention_heads: textHeads,
    max_position_embeddings: 77,
    vocab_size: vocabulary,
    hidden_act: 'quick_gelu',
  };
}

class Listing {
  readonly shapes: Shapes = new Map();

  layer(name: string, dims: readonly number[], bias = true): void {
    this.shapes.set(`${name}.weight`, dims);
    if (bias) this.shapes.set(`${name}.bias`, [dims[0]!]);
  }

  norm(name: string, channels: number): void {
    this.layer(name, [channels]);
  }

  conv(name: string, out: number, inner: number, side = 3): void {
    this.layer(name, [out, inner, side, side]);
  }

  residual(name: string, out: number, inner: number, time?: number): void {
    this.norm(`${name}.norm1`, inner);
    this.conv(`${name}.conv1`, out, inner);
    if (time) this.layer(`${name}.time_emb_proj`, [out, time]);
    this.norm(`${name}.norm2`, out);
    this.conv(`${name}.conv2`, out, out);
    if (out !== inner) this.conv(`${name}.conv_shortcut`, out, inner, 1);
  }

  transformer(name: string, channels: number, depth: number, textWidth: number): void {
    this.norm(`${name}.norm`, channels);
    this.conv(`${name}.proj_in`, channels, channels, 1);
    for (let at = 0; at < depth; at += 1) {
      const block = `${name}.transformer_blocks.${at}`;
      for (const [which, read] of [
        ['attn1', channels],
        ['attn2', textWidth],
      ] as const) {
        this.layer(`${block}.${which}.to_q`, [channels, channels], false);
        this.layer(`${block}.${which}.to_k`, [channels, read], false);
        this.layer(`${block}.${which}.to_v`, [channels, read], false);
        this.layer(`${block}.${which}.to_out.0`, [channels, channels]);
      }
      for (const norm of ['norm1', 'norm2', 'norm3']) this.norm(`${block}.${norm}`, channels);
      this.layer(`${block}.ff.net.0.proj`, [8 * channels, channels]);
      this.layer(`${block}.ff.net.2`, [channels, 4 * channels]);
    }
    this.conv(`${name}.proj_out`, channels, channels, 1);
  }
}

function unetShapes({
  channels,
  depths,
  layersPerBlock,
  textWidth,
  inputChannels = 4,
}: DiffusionShape): Shapes {
  const list = new Listing();
  const [first = 0] = channels;
  const time = 4 * first;
  const last = channels.length - 1;
  list.layer('time_embedding.linear_1', [time, first]);
  list.layer('time_embedding.linear_2', [time, time]);
  list.conv('conv_in', first, inputChannels);
  const skips = [first];
  let width = first;
  for (const [level, out] of channels.entries()) {
    for (let layer = 0; layer < layersPerBlock; layer += 1) {
      list.residual(`down_blocks.${level}.resnets.${layer}`, out, width, time);
      width = out;
      if (depths[level])
        list.transformer(`down_blocks.${level}.attentions.${layer}`, out, depths[level]!, textWidth);
      skips.push(width);
    }
    if (level === last) continue;
    list.conv(`down_blocks.${level}.downsamplers.0.conv`, out, out);
    skips.push(out);
  }
  list.residual('mid_block.resnets.0', width, width, time);
  list.transformer('mid_block.attentions.0', width, 1, textWidth);
  list.residual('mid_block.resnets.1', width, width, time);
  for (let level = last; level >= 0; level -= 1) {
    const block = `up_blocks.${last - level}`;
    const out = channels[level]!;
    for (let layer = 0; layer <= layersPerBlock; layer += 1) {
      list.residual(`${block}.resnets.${layer}`, out, width + skips.pop()!, time);
      width = out;
      if (depths[level]) list.transformer(`${block}.attentions.${layer}`, out, depths[level]!, textWidth);
    }
    if (level > 0) list.conv(`${block}.upsamplers.0.conv`, out, out);
  }
  list.norm('conv_norm_out', first);
  list.conv('conv_out', 4, first);
  return list.shapes;
}

function vaeShapes({ vaeChannels }: DiffusionShape): Shapes {
  const list = new Listing();
  const last = vaeChannels.length - 1;
  const deepest = vaeChannels[last]!;
  const middle = (side: string) => {
    list.residual(`${side}.mid_block.resnets.0`, deepest, deepest);
    list.norm(`${side}.mid_block.attentions.0.group_norm`, deepest);
    for (const layer of ['to_q', 'to_k', 'to_v', 'to_out.0'])
      list.layer(`${side}.mid_block.attentions.0.${layer}`, [deepest, deepest]);
    list.residual(`${side}.mid_block.resnets.1`, deepest, deepest);
  };
  let width = vaeChannels[0]!;
  list.conv('encoder.conv_in', width, 3);
  for (const [level, out] of vaeChannels.entries()) {
    for (let layer = 0; layer < 2; layer += 1) {
      list.residual(`encoder.down_blocks.${level}.resnets.${layer}`, out, width);
      width = out;
    }
    if (level < last) list.conv(`encoder.down_blocks.${level}.downsamplers.0.conv`, out, out);
  }
  middle('encoder');
  list.norm('encoder.conv_norm_out', deepest);
  list.conv('encoder.conv_out', 8, deepest);
  list.conv('quant_conv', 8, 8, 1);
  list.conv('post_quant_conv', 4, 4, 1);
  list.conv('decoder.conv_in', deepest, 4);
  middle('decoder');
  for (let level = last; level >= 0; level -= 1) {
    const block = `decoder.up_blocks.${last - level}`;
    const out = vaeChannels[level]!;
    for (let layer = 0; layer <= 2; layer += 1) {
      list.residual(`${block}.resnets.${layer}`, out, width);
      width = out;
    }
    if (level > 0) list.conv(`${block}.upsamplers.0.conv`, out, out);
  }
  list.norm('decoder.conv_norm_out', width);
  list.conv('decoder.conv_out', 3, width);
  return list.shapes;
}

function textShapes({ textWidth, textLayers, vocabulary }: DiffusionShape): Shapes {
  const list = new Listing();
  list.shapes.set('text_model.embeddings.token_embedding.weight', [vocabulary, textWidth]);
  list.shapes.set('text_model.embeddings.position_embedding.weight', [77, textWidth]);
  for (let layer = 0; layer < textLayers; layer += 1) {
    const name = `text_model.encoder.layers.${layer}`;
    list.norm(`${name}.layer_norm1`, textWidth);
    list.norm(`${name}.layer_norm2`, textWidth);
    for (const each of ['q_proj', 'k_proj', 'v_proj', 'out_proj'])
      list.layer(`${name}.self_attn.${each}`, [textWidth, textWidth]);
    list.layer(`${name}.mlp.fc1`, [4 * textWidth, textWidth]);
    list.layer(`${name}.mlp.fc2`, [textWidth, 4 * textWidth]);
  }
  list.norm('text_model.final_layer_norm', textWidth);
  return list.shapes;
}

/** Bytes, bytes that end a word, begin and end: every text has tokens. */
function writeTokenizer(folder: string, vocabulary: number): void {
  mkdirSync(folder, { recursive: true });
  const letters = byteLetters();
  const pieces = [...letters, ...letters.map((letter) => `${letter}</w>`)];
  const ids = Object.fromEntries(pieces.map((piece, id) => [piece, id]));
  ids['<|startoftext|>'] = vocabulary - 2;
  ids['<|endoftext|>'] = vocabulary - 1;
  writeFileSync(path.join(folder, 'vocab.json'), JSON.stringify(ids));
  writeFileSync(path.join(folder, 'merges.txt'), '#version: 0.2\n');
}

/** Bytes as letters that can be seen, as byte-pair files write them. */
function byteLetters(): string[] {
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => {
    const isSeen = (byte > 32 && byte < 127) || (byte > 160 && byte < 173) || byte > 173;
    if (isSeen) return String.fromCharCode(byte);
    next += 1;
    return String.fromCharCode(next - 1);
  });
}

/** Values that keep activations about one: a safetensors file, tensor by tensor. */
export function writeRandom(file: string, shapes: Shapes, half: boolean, seed: number): void {
  const size = half ? 2 : 4;
  const header: Record<string, object> = {};
  let at = 0;
  for (const [name, dims] of shapes) {
    const bytes = countOf(dims) * size;
    header[name] = { dtype: half ? 'F16' : 'F32', shape: dims, data_offsets: [at, at + bytes] };
    at += bytes;
  }
  const text = Buffer.from(JSON.stringify(header));
  const padded = Buffer.concat([text, Buffer.alloc((8 - (text.length % 8)) % 8, ' ')]);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  const handle = openSync(file, 'w');
  try {
    writeSync(handle, length);
    writeSync(handle, padded);
    const random = uniform(seed);
    for (const [name, dims] of shapes) writeTensor(handle, name, dims, half, random);
  } finally {
    closeSync(handle);
  }
}

const CHUNK = 2 ** 18;

function writeTensor(
  handle: number,
  name: string,
  dims: readonly number[],
  half: boolean,
  random: () => number,
): void {
  const count = countOf(dims);
  const isNorm = dims.length === 1 && name.endsWith('.weight');
  const fan = dims.slice(1).reduce((a, b) => a * b, 1);
  const range = isNorm ? 0.1 : dims.length === 1 ? 0.05 : Math.sqrt(3 / fan);
  // A stretch of random numbers again and again: gigabytes of fresh ones would take minutes.
  const stretch = Float32Array.from(
    { length: Math.min(count, CHUNK) },
    () => (isNorm ? 1 : 0) + range * (2 * random() - 1),
  );
  const bytes = half ? halves(stretch) : Buffer.from(stretch.buffer);
  for (let left = bytes.length * (count / stretch.length); left > 0; left -= bytes.length)
    writeSync(handle, bytes, 0, Math.min(bytes.length, Math.round(left)));
}

function countOf(dims: readonly number[]): number {
  return dims.reduce((a, b) => a * b, 1);
}

function uniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Rounded to what a half float holds; none of these values is large or special. */
function halves(values: Float32Array): Buffer {
  const bits = new Uint32Array(values.buffer);
  const out = Buffer.alloc(2 * values.length);
  for (const [at, word] of bits.entries()) {
    const exponent = ((word >>> 23) & 255) - 112;
    const sign = (word >>> 16) & 0x8000;
    out.writeUInt16LE(exponent <= 0 ? sign : sign | (exponent << 10) | ((word >>> 13) & 1023), 2 * at);
  }
  return out;
}

/**
 * What one call of the U-Net computes: two a multiply-add of convolutions, matrices and attention.
 * @param height @param width of the latents @param tokens of the text
 */
export function unetFlops(shape: DiffusionShape, height: number, width: number, tokens: number): number {
  const last = shape.channels.length - 1;
  const placesAt = (level: number) => (height * width) / 4 ** level;
  let flops = 0;
  for (const [name, dims] of unetShapes(shape)) {
    if (dims.length === 1) continue;
    const [, way, block] = /^(down|up)_blocks\.(\d+)/.exec(name) ?? [];
    let level = 0;
    if (way === 'down') level = Number(block) + (name.includes('downsamplers') ? 1 : 0);
    if (way === 'up') level = last - Number(block) - (name.includes('upsamplers') ? 1 : 0);
    if (name.startsWith('mid_block')) level = last;
    const isOnce = /^time_embedding|time_emb_proj/.test(name);
    const isText = /attn2\.to_[kv]/.test(name);
    const places = isOnce ? 1 : isText ? tokens : placesAt(level);
    flops += 2 * countOf(dims) * places;
    if (/attn1\.to_q/.test(name)) flops += 4 * placesAt(level) ** 2 * dims[0]!;
    if (/attn2\.to_q/.test(name)) flops += 4 * placesAt(level) * tokens * dims[0]!;
  }
  return flops;
}
