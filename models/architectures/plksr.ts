import type { Architecture, Built } from './architecture.ts';
import { dysample } from './dysample.ts';
import type { Net } from './net.ts';
import { shuffleOf, taskOf } from './scales.ts';

/**
 * Partial Large Kernel CNNs. Lee et al., arXiv:2404.11848, and RealPLKSR of neosr, which adds a normalisation after
 * each block and offers DySample.
 */
export const plksr: Architecture = {
  id: 'PLKSR',
  clues: [
    ['feats.0.weight', 'feats.1.channe_mixer.0.weight'],
    ['feats.0.weight', 'feats.1.channel_mixer.0.weight'],
  ],
  spare: /^to_img\.init_pos$/,
  build(net) {
    const { builder, weights } = net;
    const isReal = weights.has('feats.1.channel_mixer.0.weight');
    const last = weights.length('feats') - 1;
    // RealPLKSR has a dropout in front of the last convolution.
    const blocks = last - (isReal ? 2 : 1);
    const dim = weights.size('feats.0.weight', 0);
    const inputChannels = weights.size('feats.0.weight', 1);
    const { scale } = shuffleOf(weights, weights.size(`feats.${last}.weight`, 0), inputChannels);
    const input = builder.input(inputChannels);
    let x = net.conv(input, 'feats.0');
    for (let index = 1; index <= blocks; index += 1) x = plkBlock(net, x, `feats.${index}`, dim, isReal);
    x = builder.add(net.conv(x, `feats.${last}`), repeated(net, input, inputChannels, scale));
    const isSampled = weights.has('to_img.offset.weight');
    if (isSampled) x = dysample(net, x, 'to_img', scale, inputChannels * scale ** 2);
    else if (scale > 1) x = builder.depthToSpace(x, scale);
    builder.output(x, inputChannels);
    return {
      task: taskOf(scale),
      scale,
      inputChannels,
      outputChannels: inputChannels,
      sizeMinimum: 0,
      sizeMultipleOf: 1,
      tiling: weights.has('feats.1.norm.weight') ? 'global' : 'local',
      tags: tagsOf(net, dim, blocks, isReal, isSampled),
    };
  },
};

function plkBlock(net: Net, x: string, name: string, dim: number, isReal: boolean): string {
  const { builder, weights } = net;
  const mixer = `${name}.${isReal ? 'channel_mixer' : 'channe_mixer'}`;
  let y = weights.has(`${name}.layer_norm.weight`) ? net.layerNorm2d(x, `${name}.layer_norm`) : x;
  y = net.conv(y, `${mixer}.0`);
  y = net.conv(isReal ? mish(net, y) : builder.gelu(y), `${mixer}.2`);
  y = largeKernel(net, y, `${name}.lk`, dim);
  if (weights.has(`${name}.attn.f.0.weight`)) {
    y = builder.mul(y, builder.sigmoid(net.conv(y, `${name}.attn.f.0`)));
  }
  y = net.conv(y, `${name}.refine`);
  // Four groups are fixed in every training configuration; the tensors do not tell.
  if (weights.has(`${name}.norm.weight`)) y = net.groupNorm(y, `${name}.norm`, 4);
  return builder.add(y, x);
}

/** The large kernel works on the first channels only; the others pass by. */
function largeKernel(net: Net, x: string, name: string, dim: number): string {
  const { builder, weights } = net;
  const convs = kernelsOf(net, name);
  const [first] = convs;
  if (!first) throw weights.broken(`"${name}" has no kernel`);
  const part = weights.size(`${first}.weight`, 0);
  const [head = x, ...rest] = part === dim ? [x] : builder.split(x, 1, [part, dim - part]);
  const sum = convs.map((conv) => net.conv(head, conv)).reduce((a, b) => builder.add(a, b));
  return rest.length ? builder.concat([sum, ...rest]) : sum;
}

function kernelsOf({ weights }: Net, name: string): string[] {
  if (weights.has(`${name}.conv.weight`)) return [`${name}.conv`];
  return ['mn_conv', 'nm_conv', 'nn_conv']
    .map((kind) => `${name}.${kind}`)
    .filter((conv) => weights.has(`${conv}.weight`));
}

/** x * tanh(softplus(x)). */
function mish(net: Net, x: string): string {
  return net.builder.mul(x, net.builder.node('Tanh', [net.builder.node('Softplus', [x])]));
}

/** Every channel scale^2 times, so that a pixel shuffle makes the nearest-neighbour enlargement of it. */
function repeated(net: Net, x: string, channels: number, scale: number): string {
  if (scale === 1) return x;
  const out = channels * scale ** 2;
  const weight = new Float32Array(out * channels);
  for (let index = 0; index < out; index += 1) weight[index * channels + Math.floor(index / scale ** 2)] = 1;
  return net.builder.conv(x, { weight, dims: [out, channels, 1, 1] });
}

function tagsOf(
  { weights }: Net,
  dim: number,
  blocks: number,
  isReal: boolean,
  isSampled: boolean,
): Built['tags'] {
  const kernel = ['conv', 'mn_conv'].find((kind) => weights.has(`feats.1.lk.${kind}.weight`)) ?? 'conv';
  const tags = [`${dim}dim`, `${blocks}nb`, `${weights.size(`feats.1.lk.${kernel}.weight`, 2)}ks`];
  if (isReal) {
    tags.push('Real');
    if (isSampled) tags.push('DySample');
    if (weights.has('feats.1.layer_norm.weight')) tags.push('LayerNorm');
    return tags;
  }
  const sizes = [0, 2].map((index) => weights.size(`feats.1.channe_mixer.${index}.weight`, 2)).join();
  return [...tags, sizes === '3,3' ? 'DCCM' : sizes === '1,3' ? 'ICCM' : 'CCM'];
}
