import type { Architecture } from './architecture.ts';
import { evened } from './evened.ts';
import type { Net } from './net.ts';

/** Nonlinear Activation Free Network: a U-Net of gated blocks. Chen et al., arXiv:2204.04676. */
export const nafnet: Architecture = {
  id: 'NAFNet',
  clues: [['intro.weight', 'ending.weight', 'middle_blks.0.beta']],
  build(net) {
    const { builder, weights } = net;
    const channels = weights.size('intro.weight', 1);
    const width = weights.size('intro.weight', 0);
    const counts = (list: string) =>
      Array.from({ length: weights.length(list) }, (_, index) => weights.length(`${list}.${index}`));
    const [encoders, decoders] = [counts('encoders'), counts('decoders')];
    const input = builder.input(channels);
    const { value: fitted, crop } = evened(net, input, 2 ** encoders.length, 'constant');
    let x = net.conv(fitted, 'intro');
    const skips: string[] = [];
    encoders.forEach((blocks, index) => {
      x = gatedBlocks(net, x, `encoders.${index}`, blocks);
      skips.push(x);
      x = net.conv(x, `downs.${index}`, { stride: 2, pad: 0 });
    });
    x = gatedBlocks(net, x, 'middle_blks', weights.length('middle_blks'));
    decoders.forEach((blocks, index) => {
      x = builder.depthToSpace(net.conv(x, `ups.${index}.0`), 2);
      x = builder.add(x, skips.pop() ?? x);
      x = gatedBlocks(net, x, `decoders.${index}`, blocks);
    });
    x = builder.add(net.conv(x, 'ending'), fitted);
    builder.output(crop(x, 1), channels);
    return {
      task: taskBySizes(encoders, weights.length('middle_blks')),
      scale: 1,
      inputChannels: channels,
      outputChannels: channels,
      sizeMinimum: 0,
      sizeMultipleOf: 1,
      tiling: 'global',
      tags: [`${width}w`],
    };
  },
};

/** The published denoisers (SIDD) have a deep middle, the deblurring ones (GoPro, REDS) a deep last encoder. */
function taskBySizes(encoders: readonly number[], middle: number): 'denoise' | 'deblur' | 'enhance' {
  if (middle >= 8) return 'denoise';
  return (encoders.at(-1) ?? 0) >= 16 ? 'deblur' : 'enhance';
}

function gatedBlocks(net: Net, x: string, prefix: string, count: number): string {
  let value = x;
  for (let index = 0; index < count; index += 1) value = gatedBlock(net, value, `${prefix}.${index}`);
  return value;
}

function gatedBlock(net: Net, input: string, name: string): string {
  const { builder } = net;
  let x = net.conv(net.layerNorm2d(input, `${name}.norm1`), `${name}.conv1`);
  x = gate(net, net.depthwise(x, `${name}.conv2`), `${name}.conv2`);
  x = builder.mul(x, net.conv(net.globalAverage(x), `${name}.sca.1`));
  x = builder.mul(net.conv(x, `${name}.conv3`), net.perChannel(`${name}.beta`));
  const y = builder.add(input, x);
  x = net.conv(net.layerNorm2d(y, `${name}.norm2`), `${name}.conv4`);
  x = net.conv(gate(net, x, `${name}.conv4`), `${name}.conv5`);
  return builder.add(y, builder.mul(x, net.perChannel(`${name}.gamma`)));
}

/** One half of the channels times the other. */
function gate(net: Net, x: string, conv: string): string {
  const half = net.weights.size(`${conv}.weight`, 0) / 2;
  const [a, b] = net.builder.split(x, 1, [half, half]) as [string, string];
  return net.builder.mul(a, b);
}
