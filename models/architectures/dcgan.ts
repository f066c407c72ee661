import { LATENT_PORTS, pictureNodes } from '../graph/latent-ports.ts';
import { portOut } from '../graph/ports.ts';
import type { Architecture } from './architecture.ts';
import type { Net } from './net.ts';
import type { Weights } from './weights.ts';

/** What each kernel of a layer that enlarges is used with: two output pixels a pixel. */
const PADS: Readonly<Record<number, number>> = { 2: 0, 4: 1 };

/**
 * Transposed convolutions that make a picture of a list of numbers, a ReLU after each but the last, tanh at the end:
 * Radford, Metz and Chintala, Unsupervised Representation Learning with Deep Convolutional Generative Adversarial
 * Networks, arXiv:1511.06434. Names as PyTorch's example has them (`main.0.weight`), or one list in another
 * (`net.0.0.weight`). A condition is more numbers at the first layer; tensors do not tell it from the noise.
 */
export const dcgan: Architecture = {
  id: 'DCGAN',
  // The other half of such a network, which judges pictures, has no norm behind its first layer.
  clues: [
    ['main.0.weight', 'main.1.running_mean'],
    ['main.0.0.weight', 'main.0.1.running_mean'],
    ['0.weight', '1.running_mean'],
    ['0.0.weight', '0.1.running_mean'],
  ],
  build(net) {
    const { builder, weights } = net;
    const layers = layersOf(
      weights,
      weights.has('main.0.weight') || weights.has('main.0.0.weight') ? 'main' : '',
    );
    const [first = '', ...more] = layers.filter((name) => !weights.has(`${name}.running_mean`));
    const size = weights.size(`${first}.weight`, 0);
    const features = weights.size(`${more.at(-1) ?? first}.weight`, 0);
    const z = builder.extraInput(LATENT_PORTS.z, [1, size]);
    let x = enlarged(net, builder.reshape(z, [1, size, 1, 1]), first, normBehind(layers, first, weights), 1);
    let side = weights.size(`${first}.weight`, 2);
    for (const name of more) {
      x = enlarged(net, builder.relu(x), name, normBehind(layers, name, weights), 2);
      side *= 2;
    }
    const last = more.at(-1) ?? first;
    const channels = weights.size(`${last}.weight`, 1);
    if (channels !== 1 && channels !== 3)
      throw weights.broken(`its last layer gives ${channels} channels, not the 1 or 3 of a picture`);
    const { graph } = builder;
    const tanh = builder.node('Tanh', [x]);
    const port = { name: LATENT_PORTS.output, type: 'float32', dims: [1, 3, side, side] } as const;
    portOut(graph, tanh, port, (inner) => pictureNodes(graph, inner, { low: -1, high: 1, channels }));
    return {
      task: 'generate',
      scale: 1,
      latent: { size, width: side, height: side },
      inputChannels: size,
      outputChannels: 3,
      sizeMinimum: 0,
      sizeMultipleOf: 1,
      tiling: 'global',
      tags: [`${features}nf`, `${size}z`, `${side}px`],
    };
  },
};

/** Names of the layers that have tensors, in their order; those without (ReLU, dropout) leave gaps in the numbers. */
function layersOf(weights: Weights, list: string): string[] {
  const within = (at: number) => (list === '' ? String(at) : `${list}.${at}`);
  return Array.from({ length: weights.length(list) }, (_, at) => within(at)).flatMap((name) =>
    weights.has(`${name}.weight`) ? [name] : layersOf(weights, name),
  );
}

function normBehind(layers: readonly string[], name: string, weights: Weights): string | undefined {
  const next = layers[layers.indexOf(name) + 1];
  return next !== undefined && weights.has(`${next}.running_mean`) ? next : undefined;
}

/**
 * `torch.nn.ConvTranspose2d` with the norm behind it folded into it.
 * @param stride 1: from one pixel to as many as the kernel has
 */
function enlarged(net: Net, x: string, name: string, norm: string | undefined, stride: 1 | 2): string {
  const { builder, weights } = net;
  const dims = weights.dims(`${name}.weight`, 4) as [number, number, number, number];
  const [, channels, kernel, wide] = dims;
  const pad = stride === 1 ? 0 : PADS[kernel];
  if (pad === undefined || kernel !== wide)
    throw weights.broken(
      `its layer "${name}" has kernels of ${kernel} x ${wide}, whose step no tensor tells (2 x 2 and 4 x 4 are taken)`,
    );
  const weight = weights.read(`${name}.weight`);
  const bias = weights.has(`${name}.bias`)
    ? weights.read(`${name}.bias`, [channels])
    : new Float32Array(channels);
  if (norm !== undefined) {
    const { factors, shifts } = net.normAsAffine(norm);
    if (factors.length !== channels)
      throw weights.broken(`its norm "${norm}" is of ${factors.length} channels, where ${channels} fit`);
    const area = kernel * wide;
    for (let at = 0; at < weight.length; at += 1)
      weight[at] = weight[at]! * factors[Math.floor(at / area) % channels]!;
    for (let channel = 0; channel < channels; channel += 1)
      bias[channel] = bias[channel]! * factors[channel]! + shifts[channel]!;
  }
  const inputs = [x, builder.constant(weight, dims, 'weight'), builder.constant(bias, [channels], 'bias')];
  return builder.node('ConvTranspose', inputs, {
    strides: { ints: [stride, stride] },
    kernel_shape: { ints: [kernel, kernel] },
    pads: { ints: [pad, pad, pad, pad] },
  });
}
