import type { Architecture } from './architecture.ts';
import { evened } from './evened.ts';
import type { Net } from './net.ts';
import { taskOf } from './scales.ts';

/** How the layers are called in one of the three published layouts. */
interface Layout {
  readonly first: string;
  readonly block: (index: number) => string;
  readonly blocks: number;
  readonly dense: (block: string, index: number) => string;
  readonly conv: (dense: string, index: number) => string;
  readonly trunk: string;
  readonly ups: readonly string[];
  readonly last: readonly [string, string];
}

/**
 * RRDBNet: residual-in-residual dense blocks, then nearest-neighbour enlargements with a convolution each.
 * Wang et al., ESRGAN, arXiv:1809.00219; ESRGAN+ (1 x 1 shortcuts), arXiv:2001.08073; Real-ESRGAN (pixel unshuffle
 * in front for x1 and x2), arXiv:2107.10833.
 */
export const esrgan: Architecture = {
  id: 'ESRGAN',
  clues: [
    ['model.0.weight', 'model.1.sub.0.RDB1.conv1.0.weight'],
    ['conv_first.weight', 'RRDB_trunk.0.RDB1.conv1.weight'],
    ['conv_first.weight', 'body.0.rdb1.conv1.weight'],
  ],
  build(net) {
    const { builder, weights } = net;
    const layout = layoutOf(net);
    const features = weights.size(`${layout.first}.weight`, 0);
    const read = weights.size(`${layout.first}.weight`, 1);
    const outputChannels = weights.size(`${layout.last[1]}.weight`, 0);
    const block = [2, 4].find((factor) => read === outputChannels * factor ** 2) ?? 1;
    const inputChannels = read / block ** 2;
    const input = builder.input(inputChannels);
    const { value: fitted, crop } = evened(net, input, block, 'reflect');
    const first = net.conv(
      block > 1 ? net.pixelUnshuffle(fitted, inputChannels, block) : fitted,
      layout.first,
    );
    let x = first;
    for (let index = 0; index < layout.blocks; index += 1) x = rrdb(net, x, layout, layout.block(index));
    x = builder.add(first, net.conv(x, layout.trunk));
    for (const up of layout.ups) x = builder.leakyRelu(net.conv(net.nearest(x, 2), up), SLOPE);
    x = net.conv(builder.leakyRelu(net.conv(x, layout.last[0]), SLOPE), layout.last[1]);
    const scale = 2 ** layout.ups.length / block;
    if (scale < 1) throw weights.broken('it enlarges less than it reduces');
    builder.output(crop(x, scale), outputChannels);
    const plus = weights.has(`${layout.dense(layout.block(0), 1)}.conv1x1.weight`);
    return {
      task: taskOf(scale),
      scale,
      inputChannels,
      outputChannels,
      sizeMinimum: block > 1 ? 4 : 2,
      sizeMultipleOf: block > 1 ? 4 : 1,
      tiling: 'local',
      tags: [
        ...(plus ? ['ESRGAN+'] : []),
        `${features}nf`,
        `${layout.blocks}nb`,
        ...(block > 1 ? ['unshuffle'] : []),
      ],
    };
  },
};

const SLOPE = 0.2;

function rrdb(net: Net, x: string, layout: Layout, block: string): string {
  let value = x;
  for (const index of [1, 2, 3]) value = denseBlock(net, value, layout, layout.dense(block, index));
  return net.builder.add(net.builder.scale(value, 0.2), x);
}

/** Five convolutions, each of which sees all that came before it. */
function denseBlock(net: Net, x: string, layout: Layout, dense: string): string {
  const { builder, weights } = net;
  const plus = weights.has(`${dense}.conv1x1.weight`);
  const seen = [x];
  for (const index of [1, 2, 3, 4]) {
    let value = net.conv(seen.length > 1 ? builder.concat([...seen]) : x, layout.conv(dense, index));
    value = builder.leakyRelu(value, SLOPE);
    if (plus && index === 2) value = builder.add(value, net.conv(x, `${dense}.conv1x1`));
    if (plus && index === 4) value = builder.add(value, seen[2] ?? x);
    seen.push(value);
  }
  const last = net.conv(builder.concat(seen), layout.conv(dense, 5));
  return builder.add(builder.scale(last, 0.2), x);
}

function layoutOf({ weights }: Net): Layout {
  if (weights.has('model.0.weight')) return oldLayout(weights.length('model'), weights.length('model.1.sub'));
  const isReal = weights.has('body.0.rdb1.conv1.weight');
  const trunk = isReal ? 'body' : 'RRDB_trunk';
  // Two enlargements are fixed in the published code; longer and shorter chains exist all the same.
  const ups: string[] = [];
  for (let index = 1; ; index += 1) {
    const name = ['conv_up', 'upconv']
      .map((kind) => `${kind}${index}`)
      .find((up) => weights.has(`${up}.weight`));
    if (!name) break;
    ups.push(name);
  }
  return {
    first: 'conv_first',
    block: (index) => `${trunk}.${index}`,
    blocks: weights.length(trunk),
    dense: (block, index) => `${block}.${isReal ? 'rdb' : 'RDB'}${index}`,
    conv: (dense, index) => `${dense}.conv${index}`,
    trunk: isReal ? 'conv_body' : 'trunk_conv',
    ups,
    last: [isReal ? 'conv_hr' : 'HRconv', 'conv_last'],
  };
}

/** The first release: one numbered list, in which activations and enlargements take numbers too. */
function oldLayout(length: number, sub: number): Layout {
  const ups = Math.max(0, Math.floor((length - 5) / 3));
  return {
    first: 'model.0',
    block: (index) => `model.1.sub.${index}`,
    blocks: sub - 1,
    dense: (block, index) => `${block}.RDB${index}`,
    conv: (dense, index) => `${dense}.conv${index}.0`,
    trunk: `model.1.sub.${sub - 1}`,
    ups: Array.from({ length: ups }, (_, index) => `model.${3 * (index + 1)}`),
    last: [`model.${3 * ups + 2}`, `model.${3 * ups + 4}`],
  };
}
