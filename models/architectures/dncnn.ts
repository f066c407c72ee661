import type { Architecture } from './architecture.ts';
import { NOISE_LEVEL } from './drunet.ts';

/**
 * Plain convolutions that predict the noise (DnCNN, Zhang et al., arXiv:1608.03981), or the clean picture from one
 * with a noise level beside it (FDnCNN of the same authors).
 */
export const dncnn: Architecture = {
  id: 'DnCNN',
  clues: [
    ['model.0.weight', 'model.2.weight', 'model.4.weight', 'model.6.weight'],
    ['model.0.weight', 'model.2.weight', 'model.3.running_mean'],
  ],
  build(net) {
    const { builder, weights } = net;
    const last = weights.length('model') - 1;
    const read = weights.size('model.0.weight', 1);
    const outputChannels = weights.size(`model.${last}.weight`, 0);
    const features = weights.size('model.0.weight', 0);
    const isNormal = weights.has('model.3.running_mean');
    const input = builder.input(read);
    let x = builder.relu(net.conv(input, 'model.0'));
    for (let index = 2; index < last; index += isNormal ? 3 : 2) {
      x = net.conv(x, `model.${index}`);
      if (isNormal) x = net.batchNorm(x, `model.${index + 1}`, 1e-4);
      x = builder.relu(x);
    }
    x = net.conv(x, `model.${last}`);
    const isFlexible = read !== outputChannels;
    builder.output(isFlexible ? x : builder.sub(input, x), outputChannels);
    const layers = Math.floor((last - 2) / (isNormal ? 3 : 2)) + 2;
    return {
      task: 'denoise',
      scale: 1,
      inputChannels: isFlexible ? read - 1 : read,
      outputChannels,
      ...(isFlexible ? { planes: [NOISE_LEVEL] } : {}),
      sizeMinimum: 0,
      sizeMultipleOf: 1,
      tiling: 'local',
      tags: [...(isFlexible ? ['FDnCNN'] : []), `${features}nc`, `${layers}nb`],
    };
  },
};
