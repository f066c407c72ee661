import type { Architecture } from './architecture.ts';
import { shuffleOf, taskOf } from './scales.ts';

/**
 * SRVGGNetCompact: plain convolutions, a pixel shuffle, the picture enlarged added. Wang et al., Real-ESRGAN,
 * arXiv:2107.10833 and its repository.
 */
export const compact: Architecture = {
  id: 'Compact',
  clues: [['body.0.weight', 'body.1.weight', 'body.2.weight']],
  build(net) {
    const { builder, weights } = net;
    const last = weights.length('body') - 1;
    const inputChannels = weights.size('body.0.weight', 1);
    const features = weights.size('body.0.weight', 0);
    const { scale, out } = shuffleOf(weights, weights.size(`body.${last}.weight`, 0), inputChannels);
    const input = builder.input(inputChannels);
    let x = input;
    for (let index = 0; index < last; index += 2) {
      x = net.prelu(net.conv(x, `body.${index}`), `body.${index + 1}`);
    }
    x = net.conv(x, `body.${last}`);
    if (scale > 1) x = builder.depthToSpace(x, scale);
    builder.output(builder.add(x, net.nearest(input, scale)), out);
    return {
      task: taskOf(scale),
      scale,
      inputChannels,
      outputChannels: out,
      sizeMinimum: 0,
      sizeMultipleOf: 1,
      tiling: 'local',
      tags: [`${features}nf`, `${(last - 2) / 2}nc`],
    };
  },
};
