import type { Architecture } from './architecture.ts';
import { down, residual } from './drunet.ts';
import { evened } from './evened.ts';
import type { Net } from './net.ts';

/**
 * Flexible Blind CNN: repairs JPEG, by a quality that it finds out itself. Jiang et al., Towards Flexible Blind JPEG
 * Artifacts Removal, arXiv:2109.14573.
 */
export const fbcnn: Architecture = {
  id: 'FBCNN',
  clues: [['m_head.weight', 'm_body_encoder.0.res.0.weight', 'qf_pred.0.res.0.weight']],
  build(net) {
    const { builder, weights } = net;
    const channels = weights.size('m_head.weight', 1);
    const outputChannels = weights.size('m_tail.weight', 0);
    const blocks = weights.length('m_body_encoder');
    const { value: fitted, crop } = evened(net, builder.input(channels), 8, 'edge');
    let x = net.conv(fitted, 'm_head');
    const skips = [x];
    for (const level of [1, 2, 3]) {
      x = residual(net, x, `m_down${level}`, 0, blocks);
      x = down(net, x, `m_down${level}`, blocks);
      skips.push(x);
    }
    x = residual(net, x, 'm_body_encoder', 0, blocks);
    const quality = qualityOf(net, x, blocks);
    x = residual(net, x, 'm_body_decoder', 0, blocks);
    for (const level of [3, 2, 1]) {
      x = up(net, builder.add(x, skips.pop() ?? x), `m_up${level}.0`);
      const gamma = perChannel(net, builder.sigmoid(net.linear(quality, `to_gamma_${level}.0`)));
      const beta = perChannel(net, builder.node('Tanh', [net.linear(quality, `to_beta_${level}.0`)]));
      for (let index = 1; index <= blocks; index += 1) {
        const name = `m_up${level}.${index}.res`;
        const inner = net.conv(builder.relu(net.conv(x, `${name}.0`)), `${name}.2`);
        x = builder.add(x, builder.add(builder.mul(gamma, inner), beta));
      }
    }
    x = net.conv(builder.add(x, skips.pop() ?? x), 'm_tail');
    builder.output(crop(x, 1), outputChannels);
    return {
      task: 'deartifact',
      scale: 1,
      inputChannels: channels,
      outputChannels,
      sizeMinimum: 0,
      sizeMultipleOf: 1,
      tiling: 'global',
      tags: [],
    };
  },
};

/** The quality that was guessed, spread over a vector that every block of the way up listens to: [1, 512]. */
function qualityOf(net: Net, x: string, blocks: number): string {
  const { builder } = net;
  const seen = residual(net, x, 'qf_pred', 0, blocks);
  let value = builder.reshape(net.globalAverage(seen), [1, -1]);
  // Behind the blocks come the mean and the flattening, which take numbers too.
  const first = blocks + 2;
  for (const index of [first, first + 2]) value = builder.relu(net.linear(value, `qf_pred.${index}`));
  value = builder.sigmoid(net.linear(value, `qf_pred.${first + 4}`));
  for (const index of [0, 2, 4]) value = builder.relu(net.linear(value, `qf_embed.${index}`));
  return value;
}

function up(net: Net, x: string, name: string): string {
  const { weights, builder } = net;
  if (weights.has(`${name}.weight`)) return net.convTranspose(x, name, 2);
  if (weights.has(`${name}.1.weight`)) return net.conv(net.nearest(x, 2), `${name}.1`);
  return builder.depthToSpace(net.conv(x, `${name}.0`), 2);
}

function perChannel({ builder }: Net, vector: string): string {
  return builder.reshape(vector, [1, -1, 1, 1]);
}
