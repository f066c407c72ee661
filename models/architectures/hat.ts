import type { Architecture } from './architecture.ts';
import { evened } from './evened.ts';
import type { Net } from './net.ts';
import { taskOf } from './scales.ts';
import { centred, mlp, shuffleTail, tableOf, windowAttention, windowOf } from './swin-parts.ts';
import { attend, cut, type Field, fieldOf, join, pictureOf, type Window } from './windows.ts';

/** Hybrid Attention Transformer. Chen et al., arXiv:2205.04437. */
export const hat: Architecture = {
  id: 'HAT',
  clues: [['layers.0.residual_group.blocks.0.conv_block.cab.0.weight', `${OVERLAP(0)}.qkv.weight`]],
  spare: /^relative_position_index_SA$/,
  build(net) {
    const { builder, weights } = net;
    const channels = weights.size('conv_first.weight', 1);
    const dim = weights.size('conv_first.weight', 0);
    const layers = weights.length('layers');
    const window = windowOf(net, 'layers.0.residual_group.blocks.0.attn.relative_position_bias_table');
    const input = builder.input(channels);
    const range = centred(net, channels);
    const { value: fitted, crop } = evened(net, range.before(input), window.height, 'reflect');
    const shallow = net.conv(fitted, 'conv_first');
    let field = fieldOf(net, shallow, dim);
    if (weights.has('patch_embed.norm.weight')) {
      field = { ...field, value: net.layerNorm(field.value, 'patch_embed.norm') };
    }
    for (let layer = 0; layer < layers; layer += 1)
      field = hybridGroup(net, field, `layers.${layer}`, window);
    const deep = pictureOf(net, { value: net.layerNorm(field.value, 'norm') });
    const isConv = weights.has('conv_after_body.weight');
    const body = builder.add(isConv ? net.conv(deep, 'conv_after_body') : deep, shallow);
    const { value, scale } = shuffleTail(net, body);
    builder.output(crop(range.after(value), scale), channels);
    const squeezed = weights.size('layers.0.residual_group.blocks.0.conv_block.cab.0.weight', 0);
    return {
      task: taskOf(scale),
      scale,
      inputChannels: channels,
      outputChannels: channels,
      sizeMinimum: 16,
      sizeMultipleOf: 1,
      tiling: 'global',
      tags: [
        layers >= 9 ? 'large' : Math.floor(dim / squeezed) > 4 ? 'small' : 'medium',
        `s64w${window.height}`,
        `${weights.size('conv_last.weight', 1)}nf`,
        `${dim}dim`,
        isConv ? '1conv' : 'identity',
      ],
    };
  },
};

/** The share of the convolutions in a block; fixed in every published configuration. */
const CONV_SHARE = 0.01;

function OVERLAP(layer: number): string {
  return `layers.${layer}.residual_group.overlap_attn`;
}

function hybridGroup(net: Net, field: Field, name: string, window: Window): Field {
  const { weights, builder } = net;
  const blocks = `${name}.residual_group.blocks`;
  let inner = field;
  for (let index = 0; index < weights.length(blocks); index += 1) {
    inner = hybridBlock(net, inner, `${blocks}.${index}`, window, index % 2 === 1);
  }
  inner = overlapBlock(net, inner, `${name}.residual_group.overlap_attn`, window);
  const isConv = weights.has(`${name}.conv.weight`);
  const made = isConv ? fieldOf(net, net.conv(pictureOf(net, inner), `${name}.conv`), field.channels) : inner;
  return { ...field, value: builder.add(made.value, field.value) };
}

/** Window attention and convolutions with channel attention side by side. */
function hybridBlock(net: Net, field: Field, name: string, window: Window, isShifted: boolean): Field {
  const { builder } = net;
  const normal = { ...field, value: net.layerNorm(field.value, `${name}.norm1`) };
  const mixed = windowAttention(net, normal, `${name}.attn`, window, isShifted);
  const cab = `${name}.conv_block.cab`;
  const hidden = builder.gelu(net.conv(pictureOf(net, normal), `${cab}.0`));
  const features = net.conv(hidden, `${cab}.2`);
  const squeezed = builder.relu(net.conv(net.globalAverage(features), `${cab}.3.attention.1`));
  const gate = builder.sigmoid(net.conv(squeezed, `${cab}.3.attention.3`));
  const gated = builder.scale(builder.mul(features, gate), CONV_SHARE);
  const convs = builder.transpose(gated, [0, 2, 3, 1]);
  const y = builder.add(builder.add(field.value, mixed.value), convs);
  return { ...field, value: builder.add(y, mlp(net, net.layerNorm(y, `${name}.norm2`), `${name}.mlp`)) };
}

/** Queries of a window look at keys of a larger one around it. */
function overlapBlock(net: Net, field: Field, name: string, window: Window): Field {
  const { builder, weights } = net;
  const { channels } = field;
  const indexName = 'relative_position_index_OCA';
  const side = Math.sqrt(weights.size(indexName, 1));
  const tokens = window.height * window.width;
  const qkv = net.linear(net.layerNorm(field.value, `${name}.norm1`), `${name}.qkv`);
  const query = cut(net, { ...field, value: builder.slice(qkv, 3, 0, channels) }, window);
  const around = largerWindows(net, { ...field, value: builder.slice(qkv, 3, channels) }, window, side);
  const [key, value] = builder.split(around, 2, [channels, channels]) as [string, string];
  const table = `${name}.relative_position_bias_table`;
  const [places = 0, count = 0] = weights.dims(table, 2);
  // Places before the table's beginning count from its end, as the published code has it.
  const index = net.indices('places OCA', [tokens, side ** 2], () =>
    [...weights.peek(indexName)].map((place) => ((place % places) + places) % places),
  );
  weights.ignore(indexName);
  const bias = builder.node('Gather', [tableOf(net, table), index], { axis: { int: 1 } });
  const mixed = attend(net, {
    query,
    key,
    value,
    tokens,
    keyTokens: side ** 2,
    channels,
    heads: count,
    bias,
  });
  const joined = join(net, mixed, field, window);
  const y = builder.add(net.linear(joined.value, `${name}.proj`), field.value);
  return { ...field, value: builder.add(y, mlp(net, net.layerNorm(y, `${name}.norm2`), `${name}.mlp`)) };
}

/** Windows of `side` around each window, zeros beyond the picture: [windows, side^2, 2 * channels]. */
function largerWindows(net: Net, field: Field, window: Window, side: number): string {
  const { builder } = net;
  const margin = Math.floor((side - window.height) / 2);
  const padded = builder.pad(field.value, [0, margin, margin, 0, 0, margin, margin, 0]);
  const offsets = net.indices('offsets OCA', [1, side], () => Array.from({ length: side }, (_, at) => at));
  const places = (size: Field['height']) => {
    const count = builder.sized('Div', size, window.height);
    const starts = builder.node('Mul', [builder.range(count), builder.ints([window.height])]);
    return net.shared(`places ${size.value}`, () => builder.add(builder.reshape(starts, [-1, 1]), offsets));
  };
  const rows = builder.node('Gather', [padded, places(field.height)], { axis: { int: 1 } });
  const cells = builder.node('Gather', [rows, places(field.width)], { axis: { int: 3 } });
  // [1, rows, side, columns, side, channels]
  const ordered = builder.transpose(cells, [0, 1, 3, 2, 4, 5]);
  return builder.reshape(ordered, [-1, side ** 2, 2 * field.channels]);
}
