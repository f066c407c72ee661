import type { Architecture } from './architecture.ts';
import { evened } from './evened.ts';
import type { Net } from './net.ts';
import { blockAttention, channelWindows, type Grid } from './omnisr-attention.ts';
import { shuffleOf, taskOf } from './scales.ts';

/** Omni Aggregation Networks. Wang et al., arXiv:2304.10244. */
export const omnisr: Architecture = {
  id: 'OmniSR',
  clues: [['input.weight', 'residual_layer.0.residual_layer.0.layer.0.fn.0.weight']],
  build(net) {
    const { builder, weights } = net;
    const channels = weights.size('input.weight', 1);
    const dim = weights.size('input.weight', 0);
    const { scale, out } = shuffleOf(weights, weights.size('up.0.weight', 0), channels);
    const window = windowOf(net);
    const { value: fitted, crop } = evened(net, builder.input(channels), window, 'constant');
    const shallow = net.conv(fitted, 'input');
    const groups = weights.length('residual_layer');
    let x = shallow;
    for (let group = 0; group < groups; group += 1)
      x = residualGroup(net, x, `residual_layer.${group}`, dim, window);
    x = net.conv(builder.add(net.conv(x, 'output'), shallow), 'up.0');
    builder.output(crop(scale > 1 ? builder.depthToSpace(x, scale) : x, scale), out);
    return {
      task: taskOf(scale),
      scale,
      inputChannels: channels,
      outputChannels: out,
      sizeMinimum: 16,
      sizeMultipleOf: 1,
      tiling: 'global',
      tags: [`${dim}nf`, `w${window}`, `${groups}nr`],
    };
  },
};

/** Windows of 8 unless the position biases say otherwise; without biases nothing tells. */
function windowOf({ weights }: Net): number {
  const bias = 'residual_layer.0.residual_layer.0.layer.2.fn.rel_pos_bias.weight';
  return weights.has(bias) ? (Math.sqrt(weights.size(bias, 0)) + 1) / 2 : 8;
}

function residualGroup(net: Net, x: string, name: string, dim: number, window: number): string {
  const { builder, weights } = net;
  const last = weights.length(`${name}.residual_layer`) - 1;
  let y = x;
  for (let index = 0; index < last; index += 1)
    y = omniBlock(net, y, `${name}.residual_layer.${index}.layer`, dim, window);
  y = builder.add(net.conv(y, `${name}.residual_layer.${last}`), x);
  return enhancedSpatial(net, y, `${name}.esa`);
}

/** Convolution, attention in blocks and in a grid, each with attention between channels and a gated feed-forward. */
function omniBlock(net: Net, x: string, list: string, dim: number, window: number): string {
  let y = inverted(net, x, `${list}.0.fn`, dim);
  // Rearrangements take the numbers between.
  for (const [first, grid] of [
    [2, 'block'],
    [8, 'grid'],
  ] as [number, Grid][]) {
    y = blockAttention(net, y, `${list}.${first}`, dim, window, grid);
    y = gatedFeed(net, y, `${list}.${first + 2}`);
    y = channelWindows(net, y, `${list}.${first + 3}`, dim, window, grid);
    y = gatedFeed(net, y, `${list}.${first + 4}`);
  }
  return y;
}

/** MBConv: wide, depthwise, squeezed and excited, narrow; and the way round. */
function inverted(net: Net, x: string, name: string, dim: number): string {
  const { builder } = net;
  let y = builder.gelu(net.conv(x, `${name}.0`));
  y = builder.gelu(net.depthwise(y, `${name}.2`));
  const mean = builder.reshape(net.globalAverage(y), [1, -1]);
  const hidden = builder.swish(net.linear(mean, `${name}.4.gate.1`));
  const gate = builder.reshape(builder.sigmoid(net.linear(hidden, `${name}.4.gate.3`)), [1, -1, 1, 1]);
  y = net.conv(builder.mul(y, gate), `${name}.5`);
  return net.weights.size(`${name}.5.weight`, 0) === dim ? builder.add(y, x) : y;
}

function gatedFeed(net: Net, x: string, name: string): string {
  const { builder, weights } = net;
  const half = weights.size(`${name}.fn.project_out.weight`, 1);
  const wide = net.conv(net.layerNorm2d(x, `${name}.norm`), `${name}.fn.project_in`);
  const [a, b] = builder.split(net.depthwise(wide, `${name}.fn.dwconv`), 1, [half, half]) as [string, string];
  return builder.add(net.conv(builder.mul(builder.gelu(a), b), `${name}.fn.project_out`), x);
}

/** ESA of RFANet (Liu et al., CVPR 2020): a gate from a picture much reduced. */
function enhancedSpatial(net: Net, x: string, name: string): string {
  const { builder } = net;
  const narrow = net.conv(x, `${name}.conv1`);
  const reduced = net.conv(narrow, `${name}.conv2`, { stride: 2, pad: 0 });
  const pooled = builder.node('MaxPool', [reduced], {
    kernel_shape: { ints: [7, 7] },
    strides: { ints: [3, 3] },
  });
  const made = net.conv(pooled, `${name}.conv3`);
  const enlarged = builder.resizeTo(made, builder.sizeOf(x, 2), builder.sizeOf(x, 3));
  const sum = builder.add(enlarged, net.conv(narrow, `${name}.conv_f`));
  return builder.mul(x, builder.sigmoid(net.conv(sum, `${name}.conv4`)));
}
