import type { Architecture } from './architecture.ts';
import type { Net } from './net.ts';
import { mixChannels } from './windows.ts';

/** A U-Net of attention between channels. Zamir et al., Restormer, arXiv:2111.09881. */
export const restormer: Architecture = {
  id: 'Restormer',
  clues: [['patch_embed.proj.weight', 'encoder_level1.0.attn.temperature', 'latent.0.attn.temperature']],
  build(net) {
    const { builder, weights } = net;
    const channels = weights.size('patch_embed.proj.weight', 1);
    const dim = weights.size('patch_embed.proj.weight', 0);
    const outputChannels = weights.size('output.weight', 0);
    const input = builder.input(channels);
    const shallow = net.conv(input, 'patch_embed.proj');
    let [x, width] = [shallow, dim];
    const skips: string[] = [];
    for (const [level, down] of [
      [1, 'down1_2'],
      [2, 'down2_3'],
      [3, 'down3_4'],
    ] as const) {
      x = blocks(net, x, `encoder_level${level}`, width);
      skips.push(x);
      x = net.pixelUnshuffle(net.conv(x, `${down}.body.0`), width / 2, 2);
      width *= 2;
    }
    x = blocks(net, x, 'latent', width);
    for (const [level, up] of [
      [3, 'up4_3'],
      [2, 'up3_2'],
      [1, 'up2_1'],
    ] as const) {
      x = builder.concat([builder.depthToSpace(net.conv(x, `${up}.body.0`), 2), skips.pop() ?? x]);
      width /= 2;
      // The finest level keeps both halves.
      const isReduced = weights.has(`reduce_chan_level${level}.weight`);
      if (isReduced) x = net.conv(x, `reduce_chan_level${level}`);
      x = blocks(net, x, `decoder_level${level}`, isReduced ? width : 2 * width);
    }
    x = blocks(net, x, 'refinement', 2 * width);
    const isDual = weights.has('skip_conv.weight');
    if (isDual) x = net.conv(builder.add(x, net.conv(shallow, 'skip_conv')), 'output');
    else x = builder.add(net.conv(x, 'output'), input);
    builder.output(x, outputChannels);
    return {
      // Only the published denoisers are trained without biases in their normalisations.
      task: weights.has('latent.0.norm1.body.bias') ? 'enhance' : 'denoise',
      scale: 1,
      inputChannels: channels,
      outputChannels,
      sizeMinimum: 0,
      sizeMultipleOf: 8,
      tiling: 'global',
      tags: [`${dim}dim`],
    };
  },
};

function blocks(net: Net, x: string, list: string, width: number): string {
  const { builder, weights } = net;
  let value = x;
  for (let index = 0; index < weights.length(list); index += 1) {
    const name = `${list}.${index}`;
    value = builder.add(
      value,
      attention(net, normal(net, value, `${name}.norm1.body`), `${name}.attn`, width),
    );
    value = builder.add(value, gatedFeed(net, normal(net, value, `${name}.norm2.body`), `${name}.ffn`));
  }
  return value;
}

/** With a bias the usual normalisation; without one the mean stays, and only the deviation is divided by. */
function normal(net: Net, x: string, name: string): string {
  const { builder, weights } = net;
  if (weights.has(`${name}.bias`)) return net.layerNorm2d(x, name, 1e-5);
  const centred = builder.sub(x, builder.mean(x, [1]));
  const variance = builder.mean(builder.mul(centred, centred), [1]);
  const deviation = builder.node('Sqrt', [builder.add(variance, builder.scalar(1e-5))]);
  return builder.mul(builder.node('Div', [x, deviation]), net.perChannel(`${name}.weight`));
}

/** Every channel of a head looks at every other, over all pixels. */
function attention(net: Net, x: string, name: string, width: number): string {
  const { builder, weights } = net;
  const count = weights.size(`${name}.temperature`, 0);
  const qkv = net.depthwise(net.conv(x, `${name}.qkv`), `${name}.qkv_dwconv`);
  const parts = builder
    .split(qkv, 1, [width, width, width])
    .map((part) => builder.reshape(part, [1, count, width / count, -1])) as [string, string, string];
  const mixed = mixChannels(net, parts, `${name}.temperature`);
  const picture = builder.reshape(mixed, [1, width, builder.sizeOf(x, 2), builder.sizeOf(x, 3)]);
  return net.conv(picture, `${name}.project_out`);
}

function gatedFeed(net: Net, x: string, name: string): string {
  const { builder, weights } = net;
  const half = weights.size(`${name}.project_out.weight`, 1);
  const wide = net.depthwise(net.conv(x, `${name}.project_in`), `${name}.dwconv`);
  const [a, b] = builder.split(wide, 1, [half, half]) as [string, string];
  return net.conv(builder.mul(builder.gelu(a), b), `${name}.project_out`);
}
