import type { Architecture } from './architecture.ts';
import type { Net } from './net.ts';

const SLOPE = 0.1;
/** The "pro" models work in a narrower range, so that white and black have room to both sides. */
const PRO = { factor: 0.7, plus: 0.15 };

/**
 * Real-CUGAN: two U-nets without padding, the first of which enlarges; every second block weighs its channels by their
 * means. bilibili/ailab, after waifu2x' CUnet. Mirrors the picture outwards by as much as the nets eat.
 */
export const realCugan: Architecture = {
  id: 'RealCUGAN',
  clues: [
    [
      ...['unet1.conv1.conv.0.weight', 'unet1.conv1_down.weight', 'unet1.conv_bottom.weight'],
      ...['unet2.conv3.conv.0.weight', 'unet2.conv4_up.weight', 'unet2.conv_bottom.weight'],
    ],
  ],
  spare: /^pro$/,
  build(net) {
    const { builder, weights } = net;
    const first = weights.size('unet1.conv1.conv.0.weight', 1);
    const isWide = weights.has('conv_final.weight');
    const outputChannels = isWide
      ? weights.size('conv_final.weight', 0) / 4
      : weights.size('unet2.conv_bottom.weight', 0);
    // Both have the same tensors; a picture of as many channels as four outputs is one of pixels put together.
    const isFast = isWide && outputChannels * 4 === first;
    const inputChannels = isFast ? first / 4 : first;
    const kernel = weights.size('unet1.conv_bottom.weight', 2);
    const scale = isFast ? 2 : isWide ? 4 : kernel === 5 ? 3 : 2;
    const isPro = weights.has('pro');

    const picture = builder.input(inputChannels);
    const [height, width] = [builder.sizeOf(picture, 2), builder.sizeOf(picture, 3)];
    const ranged = isPro
      ? builder.add(builder.scale(picture, PRO.factor), builder.scalar(PRO.plus))
      : picture;
    const border = isFast ? 38 : isWide ? 19 : kernel === 5 ? 14 : 18;
    const even = kernel === 5 ? 4 : 2;
    const rest = [height, width].map(
      (size) => builder.sized('Add', builder.missing(size, even), border).value,
    );
    const pads = builder.concat([builder.ints([0, 0, border, border, 0, 0]), ...rest], 0);
    let x = builder.node('Pad', [ranged, pads], { mode: { string: 'reflect' } });
    if (isFast) x = net.pixelUnshuffle(x, inputChannels, 2);
    x = firstUnet(net, x, kernel === 5 ? 3 : 2);
    x = builder.add(secondUnet(net, x), cut(net, x, 20));
    if (isWide) x = builder.depthToSpace(cut(net, net.conv(x, 'conv_final', { pad: 0 }), 1), 2);
    x = builder.crop(x, builder.sized('Mul', height, scale), builder.sized('Mul', width, scale));
    if (isWide) x = builder.add(x, net.nearest(ranged, scale));
    if (isPro) x = builder.scale(builder.sub(x, builder.scalar(PRO.plus)), 1 / PRO.factor);
    builder.output(x, outputChannels);
    return {
      task: 'upscale',
      scale,
      inputChannels,
      outputChannels,
      sizeMinimum: isFast ? 40 : 32,
      sizeMultipleOf: isFast ? 4 : 1,
      tiling: 'global',
      tags: [...(isPro ? ['pro'] : []), ...(isFast ? ['fast'] : [])],
    };
  },
};

function firstUnet(net: Net, x: string, factor: number): string {
  const { builder } = net;
  const wide = block(net, x, 'unet1.conv1');
  const deep = block(
    net,
    bent(net, net.conv(wide, 'unet1.conv1_down', { stride: 2, pad: 0 })),
    'unet1.conv2',
  );
  const back = bent(net, net.convTranspose(deep, 'unet1.conv2_up', 2));
  const joined = net.conv(builder.add(cut(net, wide, 4), back), 'unet1.conv3', { pad: 0 });
  return net.convTranspose(bent(net, joined), 'unet1.conv_bottom', factor, factor === 3 ? 2 : 3);
}

function secondUnet(net: Net, x: string): string {
  const { builder } = net;
  const down = (value: string, name: string) => bent(net, net.conv(value, name, { stride: 2, pad: 0 }));
  const up = (value: string, name: string) => bent(net, net.convTranspose(value, name, 2));
  const wide = block(net, x, 'unet2.conv1');
  const middle = block(net, down(wide, 'unet2.conv1_down'), 'unet2.conv2');
  const deep = block(net, down(middle, 'unet2.conv2_down'), 'unet2.conv3');
  const half = builder.add(cut(net, middle, 4), up(deep, 'unet2.conv3_up'));
  const whole = builder.add(cut(net, wide, 16), up(block(net, half, 'unet2.conv4'), 'unet2.conv4_up'));
  return net.conv(bent(net, net.conv(whole, 'unet2.conv5', { pad: 0 })), 'unet2.conv_bottom', { pad: 0 });
}

/** Two convolutions, and the weighing of channels by their means over the picture where there is one. */
function block(net: Net, x: string, name: string): string {
  const { builder, weights } = net;
  const inner = bent(net, net.conv(x, `${name}.conv.0`, { pad: 0 }));
  const made = bent(net, net.conv(inner, `${name}.conv.2`, { pad: 0 }));
  if (!weights.has(`${name}.seblock.conv1.weight`)) return made;
  const few = builder.relu(net.conv(net.globalAverage(made), `${name}.seblock.conv1`));
  return builder.mul(made, builder.sigmoid(net.conv(few, `${name}.seblock.conv2`)));
}

function bent({ builder }: Net, x: string): string {
  return builder.leakyRelu(x, SLOPE);
}

/** Takes pixels away on all four sides. */
function cut({ builder }: Net, x: string, pixels: number): string {
  const [from, to] = [builder.ints([pixels, pixels]), builder.ints([-pixels, -pixels])];
  return builder.node('Slice', [x, from, to, builder.ints([2, 3])]);
}
