import type { Architecture } from './architecture.ts';
import { channelAttention, spatialAttention } from './dat-attention.ts';
import type { Net } from './net.ts';
import { taskOf } from './scales.ts';
import { centred, directTail, groupConv, groupConvOn, shuffleTail } from './swin-parts.ts';
import { type Field, fieldOf, pictureOf, type Window } from './windows.ts';

/** Dual Aggregation Transformer. Chen et al., arXiv:2308.03364. */
export const dat: Architecture = {
  id: 'DAT',
  clues: [['before_RG.1.weight', 'layers.0.blocks.0.attn.attns.0.pos.pos_proj.weight']],
  spare: /\.(attn_mask_[01]|relative_position_index|rpe_biases)$/,
  build(net) {
    const { builder, weights } = net;
    const channels = weights.size('conv_first.weight', 1);
    const dim = weights.size('conv_first.weight', 0);
    const layers = weights.length('layers');
    const window = windowOf(net);
    const range = centred(net, channels);
    const shallow = net.conv(range.before(builder.input(channels)), 'conv_first');
    let field = fieldOf(net, shallow, dim);
    field = { ...field, value: net.layerNorm(field.value, 'before_RG.1') };
    for (let layer = 0; layer < layers; layer += 1) field = residualGroup(net, field, layer, window);
    const deep = pictureOf(net, { value: net.layerNorm(field.value, 'norm') });
    const body = builder.add(groupConv(net, deep, 'conv_after_body'), shallow);
    const isDirect = !weights.has('conv_last.weight');
    const { value, scale } = isDirect ? directTail(net, body, channels) : shuffleTail(net, body);
    builder.output(range.after(value), channels);
    const hidden = weights.size('layers.0.blocks.0.ffn.fc1.weight', 0) / dim;
    const isSmall = window.height === 8 && window.width === 16;
    return {
      task: taskOf(scale),
      scale,
      inputChannels: channels,
      outputChannels: channels,
      sizeMinimum: 16,
      sizeMultipleOf: 1,
      tiling: 'global',
      tags: [
        layers < 4 ? 'light' : isSmall ? 'small' : 'medium',
        `s${trainedSize(net)}|${window.height}x${window.width}`,
        `${isDirect ? dim : weights.size('conv_last.weight', 1)}nf`,
        `${dim}dim`,
        `${Number.isInteger(hidden) ? hidden.toFixed(1) : hidden}ef`,
        weights.has('conv_after_body.weight') ? '1conv' : '3conv',
      ],
    };
  },
};

/** The stored places of the first block begin at 1 - height, 1 - width. */
function windowOf({ weights }: Net): Window {
  const [height = 0, width = 0] = weights.peek('layers.0.blocks.0.attn.attns.0.rpe_biases').slice(0, 2);
  if (height > 0 || width > 0) throw weights.broken('its relative positions are not those of a window');
  return { height: 1 - height, width: 1 - width };
}

function trainedSize({ weights }: Net): number {
  const mask = 'layers.0.blocks.2.attn.attn_mask_0';
  return weights.has(mask) ? Math.sqrt(weights.size(mask, 0) * weights.size(mask, 1)) : 64;
}

function residualGroup(net: Net, field: Field, layer: number, window: Window): Field {
  const { builder, weights } = net;
  const blocks = `layers.${layer}.blocks`;
  let inner = field;
  for (let index = 0; index < weights.length(blocks); index += 1) {
    const name = `${blocks}.${index}`;
    const normal = { ...inner, value: net.layerNorm(inner.value, `${name}.norm1`) };
    // Where windows are shifted: at every fourth block, from the third in even groups and from the first in odd ones.
    const isShifted = layer % 2 === 0 ? index % 4 === 2 : index % 4 === 0;
    const mixed =
      index % 2 === 0
        ? spatialAttention(net, normal, `${name}.attn`, window, isShifted)
        : channelAttention(net, normal, `${name}.attn`);
    const y = builder.add(inner.value, mixed);
    inner = { ...inner, value: y };
    const fed = gatedFeed(net, { ...inner, value: net.layerNorm(y, `${name}.norm2`) }, `${name}.ffn`);
    inner = { ...inner, value: builder.add(y, fed) };
  }
  const made = groupConvOn(net, inner, `layers.${layer}.conv`);
  return { ...field, value: builder.add(made.value, field.value) };
}

/** A feed-forward layer, one half of which is gated by the other after a convolution. */
function gatedFeed(net: Net, field: Field, name: string): string {
  const { builder, weights } = net;
  const half = Math.floor(weights.size(`${name}.fc1.weight`, 0) / 2);
  const hidden = builder.gelu(net.linear(field.value, `${name}.fc1`));
  const [a, b] = builder.split(hidden, 3, [half, half]) as [string, string];
  const normal = pictureOf(net, { value: net.layerNorm(b, `${name}.sg.norm`) });
  const gate = builder.transpose(net.depthwise(normal, `${name}.sg.conv`), [0, 2, 3, 1]);
  return net.linear(builder.mul(a, gate), `${name}.fc2`);
}
