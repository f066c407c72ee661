import type { Weights } from '../weights.ts';
import type { VaeConfig } from './config.ts';
import { DiffusionNet } from './layers.ts';

/** Ports of the two halves; float32, batch, height and width free. */
export const VAE_PORTS = {
  /** Encoder, [batch, 3, height, width], -1..1. */
  picture: 'picture',
  /** Encoder, [batch, 2 * latents, height / 8, width / 8]: means, then the logarithms of the variances. */
  moments: 'moments',
  /** Decoder, [batch, latents, height, width], as the encoder means them: divided by the scaling factor. */
  latents: 'latents',
  /** Decoder, [batch, 3, 8 * height, 8 * width], about -1..1. */
  decoded: 'decoded',
} as const;

const EPSILON = 1e-6;

/**
 * The encoder of the autoencoder of latent diffusion (Rombach et al., arXiv:2112.10752).
 * @param weights under the names of diffusers' AutoencoderKL
 */
export function buildVaeEncoder(weights: Weights, config: VaeConfig): DiffusionNet {
  const net = new DiffusionNet('vae-encoder', weights);
  const { builder } = net;
  const picture = builder.extraInput(VAE_PORTS.picture, ['batch', 3, 'height', 'width']);
  let x = net.conv(picture, 'encoder.conv_in');
  const last = config.channels.length - 1;
  for (let level = 0; level <= last; level += 1) {
    const block = `encoder.down_blocks.${level}`;
    for (let layer = 0; layer < config.layersPerBlock; layer += 1)
      x = residual(net, x, `${block}.resnets.${layer}`, config.groups);
    // One row and column more at the end, none at the start, as it was trained.
    if (level < last) x = net.conv(x, `${block}.downsamplers.0.conv`, { stride: 2, pads: [0, 0, 1, 1] });
  }
  x = middle(net, x, 'encoder.mid_block', config.groups);
  x = net.silu(net.groupNorm(x, 'encoder.conv_norm_out', config.groups, EPSILON));
  x = net.conv(x, 'encoder.conv_out');
  if (weights.has('quant_conv.weight')) x = net.conv(x, 'quant_conv');
  builder.extraOutput(x, VAE_PORTS.moments, [
    'batch',
    2 * config.latentChannels,
    'latent_height',
    'latent_width',
  ]);
  return net;
}

/** The decoder of the same. */
export function buildVaeDecoder(weights: Weights, config: VaeConfig): DiffusionNet {
  const net = new DiffusionNet('vae-decoder', weights);
  const { builder } = net;
  const latents = builder.extraInput(VAE_PORTS.latents, ['batch', config.latentChannels, 'height', 'width']);
  let x = weights.has('post_quant_conv.weight') ? net.conv(latents, 'post_quant_conv') : latents;
  x = net.conv(x, 'decoder.conv_in');
  x = middle(net, x, 'decoder.mid_block', config.groups);
  const last = config.channels.length - 1;
  for (let level = 0; level <= last; level += 1) {
    const block = `decoder.up_blocks.${level}`;
    for (let layer = 0; layer <= config.layersPerBlock; layer += 1)
      x = residual(net, x, `${block}.resnets.${layer}`, config.groups);
    if (level === last) continue;
    const larger = builder.resize(x, 2, 2, { mode: 'nearest', coordinates: 'asymmetric' });
    x = net.conv(larger, `${block}.upsamplers.0.conv`);
  }
  x = net.silu(net.groupNorm(x, 'decoder.conv_norm_out', config.groups, EPSILON));
  builder.extraOutput(net.conv(x, 'decoder.conv_out'), VAE_PORTS.decoded, [
    'batch',
    3,
    'picture_height',
    'picture_width',
  ]);
  return net;
}

function residual(net: DiffusionNet, x: string, name: string, groups: number): string {
  const norm = (value: string, which: string) =>
    net.silu(net.groupNorm(value, `${name}.${which}`, groups, EPSILON));
  const first = net.conv(norm(x, 'norm1'), `${name}.conv1`);
  const made = net.conv(norm(first, 'norm2'), `${name}.conv2`);
  const kept = net.weights.has(`${name}.conv_shortcut.weight`) ? net.conv(x, `${name}.conv_shortcut`) : x;
  return net.builder.add(kept, made);
}

/** Every place of the picture looks at every other, between two residual blocks. */
function middle(net: DiffusionNet, picture: string, name: string, groups: number): string {
  const x = residual(net, picture, `${name}.resnets.0`, groups);
  const attention = `${name}.attentions.0`;
  const channels = net.weights.size(`${attention}.group_norm.weight`, 0);
  const tokens = net.tokensOf(net.groupNorm(x, `${attention}.group_norm`, groups, EPSILON), channels);
  const made = net.attention(
    net.linear(tokens, `${attention}.to_q`),
    net.linear(tokens, `${attention}.to_k`),
    net.linear(tokens, `${attention}.to_v`),
    1,
  );
  const back = net.pictureOf(net.linear(made, `${attention}.to_out.0`), x);
  return residual(net, net.builder.add(x, back), `${name}.resnets.1`, groups);
}
