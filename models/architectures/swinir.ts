import type { Architecture } from './architecture.ts';
import { evened } from './evened.ts';
import type { Net } from './net.ts';
import { taskOf } from './scales.ts';
import {
  centred,
  directTail,
  groupConv,
  groupConvOn,
  mlp,
  shuffleTail,
  windowAttention,
  windowOf,
} from './swin-parts.ts';
import { type Field, fieldOf, pictureOf, type Window } from './windows.ts';

/** Swin Transformer for image restoration. Liang et al., arXiv:2108.10257. */
export const swinir: Architecture = {
  id: 'SwinIR',
  clues: [['layers.0.residual_group.blocks.0.norm1.weight', TABLE(0)]],
  spare: /\.(attn_mask|relative_position_index)$/,
  build(net) {
    const { builder, weights } = net;
    const isUnshuffled = weights.has('conv_first.1.weight');
    const first = isUnshuffled ? 'conv_first.1' : 'conv_first';
    const dim = weights.size(`${first}.weight`, 0);
    const read = weights.size(`${first}.weight`, 1);
    const block = isUnshuffled ? Math.round(Math.sqrt(read / 3)) : 1;
    const channels = read / block ** 2;
    const window = windowOf(net, TABLE(0));
    const layers = weights.length('layers');
    const input = builder.input(channels);
    const { value: fitted, crop } = evened(net, input, window.height * block, 'reflect');
    // The repair of JPEGs is the one published with windows of 7, and the one that works on 0..255.
    const range = centred(net, channels, window.height === 7 ? 255 : 1);
    let x = range.before(fitted);
    const inner = block > 1 ? net.pixelUnshuffle(x, channels, block) : x;
    const shallow = net.conv(inner, first);
    const deep = deepFeatures(net, shallow, dim, layers, window);
    const body = builder.add(groupConv(net, deep, 'conv_after_body'), shallow);
    const { value, scale: enlarged } = tail(net, body, channels);
    x =
      weights.has('conv_before_upsample.0.weight') || weights.has('upsample.0.weight')
        ? value
        : builder.add(x, value);
    const scale = enlarged / block;
    const outputChannels = channels;
    builder.output(crop(range.after(x), scale), outputChannels);
    return {
      task: scale > 1 ? taskOf(scale) : window.height === 7 ? 'deartifact' : 'denoise',
      scale,
      inputChannels: channels,
      outputChannels,
      sizeMinimum: 16,
      sizeMultipleOf: block ** 2,
      tiling: 'global',
      tags: [
        layers <= 4 ? 'small' : layers < 9 ? 'medium' : 'large',
        `s${trainedSize(net, window)}w${window.height}`,
        `${featuresOf(net)}nf`,
        `${dim}dim`,
        weights.has('conv_after_body.weight') ? '1conv' : '3conv',
        `${block}unshuf`,
      ],
    };
  },
};

function TABLE(layer: number): string {
  return `layers.${layer}.residual_group.blocks.0.attn.relative_position_bias_table`;
}

function deepFeatures(net: Net, x: string, dim: number, layers: number, window: Window): string {
  const { weights, builder } = net;
  const start = fieldOf(net, x, dim);
  let field: Field = start;
  const normal = (name: string) => ({ ...field, value: net.layerNorm(field.value, name) });
  if (weights.has('patch_embed.norm.weight')) field = normal('patch_embed.norm');
  for (let layer = 0; layer < layers; layer += 1) {
    const group = `layers.${layer}`;
    const before = field;
    const blocks = `${group}.residual_group.blocks`;
    for (let index = 0; index < weights.length(blocks); index += 1) {
      field = swinBlock(net, field, `${blocks}.${index}`, window, index % 2 === 1);
    }
    const made = groupConvOn(net, field, `${group}.conv`);
    field = { ...field, value: builder.add(made.value, before.value) };
  }
  return pictureOf(net, normal('norm'));
}

function swinBlock(net: Net, field: Field, name: string, window: Window, isShifted: boolean): Field {
  const { builder } = net;
  const normal = { ...field, value: net.layerNorm(field.value, `${name}.norm1`) };
  const mixed = windowAttention(net, normal, `${name}.attn`, window, isShifted);
  const y = builder.add(field.value, mixed.value);
  return { ...field, value: builder.add(y, mlp(net, net.layerNorm(y, `${name}.norm2`), `${name}.mlp`)) };
}

/** Four ways to the result; the one without any enlargement predicts a difference. */
function tail(net: Net, x: string, channels: number): { value: string; scale: number } {
  const { weights, builder } = net;
  if (weights.has('upsample.0.weight') && !weights.has('conv_before_upsample.0.weight')) {
    return directTail(net, x, channels);
  }
  if (!weights.has('conv_before_upsample.0.weight')) return { value: net.conv(x, 'conv_last'), scale: 1 };
  if (!weights.has('conv_up1.weight')) return shuffleTail(net, x);
  let value = builder.leakyRelu(net.conv(x, 'conv_before_upsample.0'), 0.01);
  let scale = 1;
  for (let index = 1; weights.has(`conv_up${index}.weight`); index += 1) {
    value = builder.leakyRelu(net.conv(net.nearest(value, 2), `conv_up${index}`), 0.2);
    scale *= 2;
  }
  return { value: net.conv(builder.leakyRelu(net.conv(value, 'conv_hr'), 0.2), 'conv_last'), scale };
}

/** The size of pictures that it was trained on, where its masks tell. */
function trainedSize({ weights }: Net, window: Window): number {
  const mask = 'layers.0.residual_group.blocks.1.attn_mask';
  return weights.has(mask) ? Math.sqrt(weights.size(mask, 0)) * window.height : 64;
}

function featuresOf({ weights }: Net): number {
  return weights.has('conv_before_upsample.0.weight') ? weights.size('conv_before_upsample.0.weight', 0) : 64;
}
