import type { Architecture } from './architecture.ts';
import type { Net } from './net.ts';
import { shuffleOf, taskOf } from './scales.ts';

/** Spatially-Adaptive Feature Modulation. Sun et al., arXiv:2302.13800. */
export const safmn: Architecture = {
  id: 'SAFMN',
  clues: [['to_feat.weight', 'feats.0.safm.mfr.0.weight', 'feats.0.ccm.ccm.0.weight']],
  build(net) {
    const { builder, weights } = net;
    const channels = weights.size('to_feat.weight', 1);
    const dim = weights.size('to_feat.weight', 0);
    const blocks = weights.length('feats');
    const { scale, out } = shuffleOf(weights, weights.size('to_img.0.weight', 0), channels);
    const first = net.conv(builder.input(channels), 'to_feat');
    let x = first;
    for (let index = 0; index < blocks; index += 1) {
      const name = `feats.${index}`;
      x = builder.add(modulated(net, net.layerNorm2d(x, `${name}.norm1`), `${name}.safm`, dim), x);
      const mixed = net.conv(net.layerNorm2d(x, `${name}.norm2`), `${name}.ccm.ccm.0`);
      x = builder.add(net.conv(builder.gelu(mixed), `${name}.ccm.ccm.2`), x);
    }
    x = net.conv(builder.add(x, first), 'to_img.0');
    builder.output(scale > 1 ? builder.depthToSpace(x, scale) : x, out);
    return {
      task: taskOf(scale),
      scale,
      inputChannels: channels,
      outputChannels: out,
      sizeMinimum: 0,
      // Three levels of halving, which at these sizes are plain maxima of 2, 4 and 8 pixels.
      sizeMultipleOf: 8,
      tiling: 'local',
      tags: [`${dim}dim`, `${blocks}nb`],
    };
  },
};

function modulated(net: Net, x: string, name: string, dim: number): string {
  const { builder, weights } = net;
  const levels = weights.length(`${name}.mfr`);
  const parts = builder.split(x, 1, Array(levels).fill(dim / levels));
  const made = parts.map((part, level) => {
    const conv = `${name}.mfr.${level}`;
    if (level === 0) return net.depthwise(part, conv);
    const size = 2 ** level;
    const pooled = builder.node('MaxPool', [part], {
      kernel_shape: { ints: [size, size] },
      strides: { ints: [size, size] },
    });
    return net.nearest(net.depthwise(pooled, conv), size);
  });
  return builder.mul(builder.gelu(net.conv(builder.concat(made), `${name}.aggr`)), x);
}
