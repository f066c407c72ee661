import type { Architecture } from './architecture.ts';
import { evened } from './evened.ts';
import type { Net } from './net.ts';
import { shuffleSteps, taskOf } from './scales.ts';

/** Residual Channel Attention Network. Zhang et al., arXiv:1807.02758. */
export const rcan: Architecture = {
  id: 'RCAN',
  clues: [['body.0.body.0.body.0.weight', 'body.0.body.0.body.3.conv_du.0.weight']],
  build(net) {
    const { builder, weights } = net;
    const head = weights.has('head.0.weight') ? 'head.0' : 'head.1';
    const channels = weights.size('tail.1.weight', 0);
    const features = weights.size(`${head}.weight`, 0);
    // A head at place 1 has a pixel unshuffle before it.
    const block = Math.sqrt(weights.size(`${head}.weight`, 1) / channels);
    if (!Number.isInteger(block)) throw weights.broken(`"${head}" fits no reduction`);
    const input = builder.input(channels);
    const { value: fitted, crop } = evened(net, input, block, 'reflect');
    const hasMean = weights.has('sub_mean.weight');
    let x = hasMean ? net.conv(builder.scale(fitted, RANGE), 'sub_mean') : fitted;
    if (block > 1) x = net.pixelUnshuffle(x, channels, block);
    const first = net.conv(x, head);
    const groups = weights.length('body') - 1;
    x = first;
    for (let group = 0; group < groups; group += 1) x = residualGroup(net, x, `body.${group}`);
    x = builder.add(net.conv(x, `body.${groups}`), first);
    const { value, scale: enlarged } = shuffleSteps(net, x, 'tail.0');
    x = net.conv(value, 'tail.1');
    if (hasMean) x = builder.scale(net.conv(x, 'add_mean'), 1 / RANGE);
    const scale = enlarged / block;
    builder.output(crop(x, scale), channels);
    return {
      task: taskOf(scale),
      scale,
      inputChannels: channels,
      outputChannels: channels,
      sizeMinimum: 0,
      sizeMultipleOf: 1,
      tiling: 'global',
      tags: [
        `${features}nf`,
        `${groups}nrg`,
        `${weights.length('body.0.body') - 1}nrb`,
        ...(block > 1 ? ['unshuffle'] : []),
      ],
    };
  },
};

/** Networks with the mean of DIV2K in them were trained on 0..255. */
const RANGE = 255;

function residualGroup(net: Net, x: string, name: string): string {
  const blocks = net.weights.length(`${name}.body`) - 1;
  let value = x;
  for (let index = 0; index < blocks; index += 1) value = attentionBlock(net, value, `${name}.body.${index}`);
  return net.builder.add(net.conv(value, `${name}.body.${blocks}`), x);
}

function attentionBlock(net: Net, x: string, name: string): string {
  const { builder } = net;
  const inner = builder.relu(net.conv(x, `${name}.body.0`));
  const y = net.conv(inner, `${name}.body.2`);
  const squeezed = builder.relu(net.conv(net.globalAverage(y), `${name}.body.3.conv_du.0`));
  const gate = builder.sigmoid(net.conv(squeezed, `${name}.body.3.conv_du.2`));
  return builder.add(builder.mul(y, gate), x);
}
