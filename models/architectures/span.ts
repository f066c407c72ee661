import type { Architecture } from './architecture.ts';
import type { Net } from './net.ts';
import { DIV2K_MEAN, shuffleOf, taskOf } from './scales.ts';
import type { Weights } from './weights.ts';

/**
 * Swift Parameter-free Attention Network. Wan et al., arXiv:2311.12770. Each 3 x 3 convolution is stored as the chain
 * of three and the shortcut that it was trained as; they are merged here, in double precision, as the published code
 * does when a network is not being trained. The merged copy in the file (`eval_conv`) may be stale and is not read.
 */
export const span: Architecture = {
  id: 'SPAN',
  clues: [['conv_1.sk.weight', 'block_1.c1_r.sk.weight']],
  spare: /\.eval_conv\.(weight|bias)$|^no_norm$/,
  build(net) {
    const { builder, weights } = net;
    const inputChannels = weights.size('conv_1.sk.weight', 1);
    const features = weights.size('conv_1.sk.weight', 0);
    const { scale, out } = shuffleOf(weights, weights.size('upsampler.0.weight', 0), inputChannels);
    let x = builder.input(inputChannels);
    if (!weights.has('no_norm') && inputChannels === DIV2K_MEAN.length) {
      const mean = builder.constant(DIV2K_MEAN, [DIV2K_MEAN.length, 1, 1], 'mean');
      x = builder.scale(builder.sub(x, mean), 255);
    }
    const first = merged(net, x, 'conv_1');
    const made: string[] = [];
    let inner = first;
    x = first;
    for (let index = 1; index <= BLOCKS; index += 1) {
      const block = attention(net, x, `block_${index}`);
      x = block.result;
      inner = block.inner;
      made.push(x);
    }
    const cat = builder.concat([first, merged(net, x, 'conv_2'), made[0] ?? first, inner]);
    x = net.conv(net.conv(cat, 'conv_cat'), 'upsampler.0');
    builder.output(scale > 1 ? builder.depthToSpace(x, scale) : x, out);
    return {
      task: taskOf(scale),
      scale,
      inputChannels,
      outputChannels: out,
      sizeMinimum: 0,
      sizeMultipleOf: 1,
      tiling: 'local',
      tags: [`${features}nf`],
    };
  },
};

const BLOCKS = 6;

function attention(net: Net, x: string, name: string): { result: string; inner: string } {
  const { builder } = net;
  // What the last block hands on is already activated: the published code works in place.
  const inner = builder.swish(merged(net, x, `${name}.c1_r`));
  const second = merged(net, inner, `${name}.c2_r`);
  const third = merged(net, builder.swish(second), `${name}.c3_r`);
  const similarity = builder.sub(builder.sigmoid(third), builder.scalar(0.5));
  return { result: builder.mul(builder.add(third, x), similarity), inner };
}

/** 1 x 1, 3 x 3 and 1 x 1 in a row beside a 1 x 1 shortcut, as the one 3 x 3 convolution that they are. */
function merged(net: Net, x: string, name: string): string {
  const { weights, builder } = net;
  const input = weights.size(`${name}.sk.weight`, 1);
  const out = weights.size(`${name}.sk.weight`, 0);
  const before = pointwise(weights, `${name}.conv.0`, input);
  const middle = {
    out: weights.size(`${name}.conv.1.weight`, 0),
    weight: weights.read(`${name}.conv.1.weight`, [-1, before.out, 3, 3]),
    bias: weights.read(`${name}.conv.1.bias`, [-1]),
  };
  const after = pointwise(weights, `${name}.conv.2`, middle.out);
  const shortcut = pointwise(weights, `${name}.sk`, input);
  // middle * before: the zeros around the picture come after its bias, so that borders see it too.
  const inner = new Float64Array(middle.out * input * 9);
  const innerBias = Float64Array.from(middle.bias);
  for (let o = 0; o < middle.out; o += 1) {
    for (let m = 0; m < before.out; m += 1) {
      for (let tap = 0; tap < 9; tap += 1) {
        const weight = middle.weight[(o * before.out + m) * 9 + tap] ?? 0;
        innerBias[o] = (innerBias[o] ?? 0) + weight * (before.bias[m] ?? 0);
        for (let i = 0; i < input; i += 1) {
          const at = (o * input + i) * 9 + tap;
          inner[at] = (inner[at] ?? 0) + weight * (before.weight[m * input + i] ?? 0);
        }
      }
    }
  }
  const weight = new Float32Array(out * input * 9);
  const bias = new Float32Array(out);
  const sums = new Float64Array(input * 9);
  for (let o = 0; o < out; o += 1) {
    sums.fill(0);
    let shift = (after.bias[o] ?? 0) + (shortcut.bias[o] ?? 0);
    for (let m = 0; m < middle.out; m += 1) {
      const factor = after.weight[o * middle.out + m] ?? 0;
      shift += factor * (innerBias[m] ?? 0);
      for (let at = 0; at < sums.length; at += 1) {
        sums[at] = (sums[at] ?? 0) + factor * (inner[m * input * 9 + at] ?? 0);
      }
    }
    for (let i = 0; i < input; i += 1) {
      sums[i * 9 + 4] = (sums[i * 9 + 4] ?? 0) + (shortcut.weight[o * input + i] ?? 0);
    }
    weight.set(sums, o * input * 9);
    bias[o] = shift;
  }
  return builder.conv(x, { weight, dims: [out, input, 3, 3], bias, pads: [1, 1, 1, 1] });
}

function pointwise(weights: Weights, name: string, input: number) {
  const out = weights.size(`${name}.weight`, 0);
  return {
    out,
    weight: weights.read(`${name}.weight`, [out, input, 1, 1]),
    bias: weights.read(`${name}.bias`, [out]),
  };
}
