import type { Architecture } from './architecture.ts';
import type { Net } from './net.ts';

/** What the published denoisers take where nobody says otherwise: 15 of 255. */
export const NOISE_LEVEL = 15 / 255;

/**
 * A U-Net of residual blocks that is told the strength of the noise in a plane of its own. Zhang et al., Plug-and-Play
 * Image Restoration with Deep Denoiser Prior, arXiv:2008.13751.
 */
export const drunet: Architecture = {
  id: 'DRUNet',
  clues: [['m_head.weight', 'm_down1.0.res.0.weight', 'm_body.0.res.0.weight']],
  build(net) {
    const { builder, weights } = net;
    const read = weights.size('m_head.weight', 1);
    const outputChannels = weights.size('m_tail.weight', 0);
    const blocks = weights.length('m_body');
    const input = builder.input(read);
    let x = net.conv(input, 'm_head');
    const skips = [x];
    for (const level of [1, 2, 3]) {
      x = residual(net, x, `m_down${level}`, 0, blocks);
      x = down(net, x, `m_down${level}`, blocks);
      skips.push(x);
    }
    x = residual(net, x, 'm_body', 0, blocks);
    for (const level of [3, 2, 1]) {
      x = builder.add(x, skips.pop() ?? x);
      const { value, first } = up(net, x, `m_up${level}`);
      x = residual(net, value, `m_up${level}`, first, blocks);
    }
    x = net.conv(builder.add(x, skips.pop() ?? x), 'm_tail');
    builder.output(x, outputChannels);
    const planes = read > outputChannels ? Array(read - outputChannels).fill(NOISE_LEVEL) : [];
    return {
      task: 'denoise',
      scale: 1,
      inputChannels: read - planes.length,
      outputChannels,
      ...(planes.length ? { planes } : {}),
      sizeMinimum: 0,
      sizeMultipleOf: 8,
      tiling: 'local',
      tags: [`${blocks}nb`],
    };
  },
};

/** Blocks of two convolutions, what goes in added to what comes out. */
export function residual(net: Net, x: string, list: string, first: number, count: number): string {
  const { builder } = net;
  let value = x;
  for (let index = first; index < first + count; index += 1) {
    const inner = builder.relu(net.conv(value, `${list}.${index}.res.0`));
    value = builder.add(value, net.conv(inner, `${list}.${index}.res.2`));
  }
  return value;
}

/** A convolution with stride 2, or an average of 2 x 2 and a 3 x 3 convolution. */
export function down(net: Net, x: string, list: string, blocks: number): string {
  const strided = `${list}.${blocks}`;
  if (net.weights.has(`${strided}.weight`)) return net.conv(x, strided, { stride: 2, pad: 0 });
  const pooled = net.builder.node('AveragePool', [x], {
    kernel_shape: { ints: [2, 2] },
    strides: { ints: [2, 2] },
  });
  return net.conv(pooled, `${list}.${blocks + 1}`);
}

/** A transposed convolution, nearest and a convolution, or a convolution and a pixel shuffle. */
function up(net: Net, x: string, list: string): { value: string; first: number } {
  const { weights, builder } = net;
  if (!weights.has(`${list}.0.weight`)) {
    return { value: net.conv(net.nearest(x, 2), `${list}.1`), first: 2 };
  }
  if (weights.size(`${list}.0.weight`, 2) === 2) {
    return { value: net.convTranspose(x, `${list}.0`, 2), first: 1 };
  }
  // The shuffle takes a number in the list too.
  return {
    value: builder.depthToSpace(net.conv(x, `${list}.0`), 2),
    first: weights.has(`${list}.1.res.0.weight`) ? 1 : 2,
  };
}
