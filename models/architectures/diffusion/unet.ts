import type { Weights } from '../weights.ts';
import type { UnetConfig } from './config.ts';
import { DiffusionNet } from './layers.ts';

/** Ports of a U-Net's graph. All are float32; batch, height and width are free. */
export const UNET_PORTS = {
  /** [batch, channels, height, width]: latents, and beside them what an inpainting network reads. */
  sample: 'sample',
  /** [1]: the step's time, 0 to 999. */
  time: 'time',
  /** [batch, tokens, width] */
  text: 'text',
  /** Of SDXL, [batch, width]: the text as a whole. */
  pooled: 'pooled_text',
  /** Of SDXL, [6]: height and width of the original, top and left of the cut, height and width of the result. */
  sizes: 'sizes',
  /** [batch, channels, height, width] */
  output: 'prediction',
} as const;

/** The period of the slowest sinusoid of a time, as published (Vaswani et al., arXiv:1706.03762). */
const MAX_PERIOD = 10_000;

/**
 * The U-Net of latent diffusion (Rombach et al., arXiv:2112.10752) and of SDXL (Podell et al., arXiv:2307.01952):
 * residual blocks that are told the time, transformers that read the text.
 * @param weights under the names of diffusers' UNet2DConditionModel
 */
export function buildUnet(weights: Weights, config: UnetConfig): DiffusionNet {
  const net = new DiffusionNet('unet', weights);
  return new UnetDraft(net, config).build();
}

class UnetDraft {
  #time = '';
  #text = '';

  constructor(
    private readonly net: DiffusionNet,
    private readonly config: UnetConfig,
  ) {}

  build(): DiffusionNet {
    const { net, config } = this;
    const { builder } = net;
    const { channels, layersPerBlock, depths, upDepths, heads } = config;
    const picture = ['batch', config.inChannels, 'height', 'width'];
    const sample = builder.extraInput(UNET_PORTS.sample, picture);
    const time = builder.extraInput(UNET_PORTS.time, [1]);
    this.#text = builder.extraInput(UNET_PORTS.text, ['batch', 'tokens', config.textWidth]);
    this.#time = net.silu(this.#timeEmbedding(time));

    let x = net.conv(sample, 'conv_in');
    const skips = [x];
    const last = channels.length - 1;
    for (const [level, depth] of depths.entries()) {
      const block = `down_blocks.${level}`;
      for (let layer = 0; layer < layersPerBlock; layer += 1) {
        x = this.#residual(x, `${block}.resnets.${layer}`);
        if (depth > 0) x = this.#transformer(x, `${block}.attentions.${layer}`, depth, heads[level] ?? 1);
        skips.push(x);
      }
      if (level === last) continue;
      x = net.conv(x, `${block}.downsamplers.0.conv`, { stride: 2 });
      skips.push(x);
    }
    x = this.#residual(x, 'mid_block.resnets.0');
    if (config.middleDepth > 0)
      x = this.#transformer(x, 'mid_block.attentions.0', config.middleDepth, heads[last] ?? 1);
    x = this.#residual(x, 'mid_block.resnets.1');
    for (let level = last; level >= 0; level -= 1) {
      const block = `up_blocks.${last - level}`;
      const depth = upDepths[level] ?? 0;
      for (let layer = 0; layer <= layersPerBlock; layer += 1) {
        x = this.#residual(builder.concat([x, skips.pop() ?? x]), `${block}.resnets.${layer}`);
        if (depth > 0) x = this.#transformer(x, `${block}.attentions.${layer}`, depth, heads[level] ?? 1);
      }
      if (level > 0) x = this.#enlarge(x, skips.at(-1) ?? x, `${block}.upsamplers.0.conv`);
    }
    x = net.silu(net.groupNorm(x, 'conv_norm_out', config.groups, config.epsilon));
    builder.extraOutput(net.conv(x, 'conv_out'), UNET_PORTS.output, [
      'batch',
      config.outChannels,
      'height',
      'width',
    ]);
    return net;
  }

  /** [batch or 1, 4 * channels] */
  #timeEmbedding(time: string): string {
    const { net, config } = this;
    const { builder } = net;
    const width = config.channels[0] ?? 0;
    const told = this.#mlp(this.#sinusoids(time, width), 'time_embedding');
    if (config.sizeWidth === undefined) return told;
    const pooledWidth = net.weights.size('add_embedding.linear_1.weight', 1) - 6 * config.sizeWidth;
    const pooled = builder.extraInput(UNET_PORTS.pooled, ['batch', pooledWidth]);
    const sizes = builder.extraInput(UNET_PORTS.sizes, [6]);
    const row = builder.reshape(this.#sinusoids(sizes, config.sizeWidth), [1, 6 * config.sizeWidth]);
    const batch = builder.sizeOf(pooled, 0);
    const both = builder.concat([pooled, builder.expand(row, [batch, 1])], 1);
    return builder.add(told, this.#mlp(both, 'add_embedding'));
  }

  #mlp(x: string, name: string): string {
    const { net } = this;
    return net.linear(net.silu(net.linear(x, `${name}.linear_1`)), `${name}.linear_2`);
  }

  /** Each of n numbers as cosines, then sines, of geometric frequencies: [n, width]. */
  #sinusoids(numbers: string, width: number): string {
    const { builder } = this.net;
    const half = width / 2;
    const frequencies = Float32Array.from({ length: half }, (_, at) =>
      Math.exp((-Math.log(MAX_PERIOD) * at) / half),
    );
    const angles = builder.mul(
      builder.reshape(numbers, [-1, 1]),
      builder.constant(frequencies, [1, half], 'frequencies'),
    );
    return builder.concat([builder.node('Cos', [angles]), builder.node('Sin', [angles])], 1);
  }

  #residual(x: string, name: string): string {
    const { net, config } = this;
    const { builder } = net;
    const norm = (value: string, which: string) =>
      net.silu(net.groupNorm(value, `${name}.${which}`, config.groups, config.epsilon));
    const first = net.conv(norm(x, 'norm1'), `${name}.conv1`);
    const out = net.weights.size(`${name}.conv1.weight`, 0);
    const told = builder.reshape(net.linear(this.#time, `${name}.time_emb_proj`), [-1, out, 1, 1]);
    const made = net.conv(norm(builder.add(first, told), 'norm2'), `${name}.conv2`);
    const kept = net.weights.has(`${name}.conv_shortcut.weight`) ? net.conv(x, `${name}.conv_shortcut`) : x;
    return builder.add(kept, made);
  }

  #transformer(picture: string, name: string, depth: number, heads: number): string {
    const { net, config } = this;
    const { builder } = net;
    const channels = net.weights.size(`${name}.norm.weight`, 0);
    const normal = net.groupNorm(picture, `${name}.norm`, config.groups, 1e-6);
    // A projection is stored as a convolution in older models, as a matrix in newer ones: the same on tokens.
    let x = net.linear(net.tokensOf(normal, channels), `${name}.proj_in`);
    for (let at = 0; at < depth; at += 1) {
      const block = `${name}.transformer_blocks.${at}`;
      x = builder.add(
        x,
        this.#attend(net.layerNorm(x, `${block}.norm1`), undefined, `${block}.attn1`, heads),
      );
      x = builder.add(
        x,
        this.#attend(net.layerNorm(x, `${block}.norm2`), this.#text, `${block}.attn2`, heads),
      );
      x = builder.add(x, this.#feedForward(net.layerNorm(x, `${block}.norm3`), `${block}.ff.net`));
    }
    return builder.add(picture, net.pictureOf(net.linear(x, `${name}.proj_out`), picture));
  }

  /** @param read what is attended to; left out: x itself */
  #attend(x: string, read: string | undefined, name: string, heads: number): string {
    const { net } = this;
    const from = read ?? x;
    const made = net.attention(
      net.linear(x, `${name}.to_q`),
      net.linear(from, `${name}.to_k`),
      net.linear(from, `${name}.to_v`),
      heads,
    );
    return net.linear(made, `${name}.to_out.0`);
  }

  /** With a gate (Shazeer, GLU variants, arXiv:2002.05202). */
  #feedForward(x: string, name: string): string {
    const { net } = this;
    const { builder } = net;
    const inner = net.weights.size(`${name}.0.proj.weight`, 0) / 2;
    const both = net.linear(x, `${name}.0.proj`);
    const gate = builder.gelu(builder.slice(both, 2, inner));
    return net.linear(builder.mul(builder.slice(both, 2, 0, inner), gate), `${name}.2`);
  }

  /** Twice as large, or what size the finer level has: latents of odd sizes. */
  #enlarge(x: string, like: string, name: string): string {
    const { net } = this;
    const { builder } = net;
    const size = builder.slice(builder.node('Shape', [like]), 0, 2, 4);
    const larger = builder.node('Resize', [x, '', '', size], {
      mode: { string: 'nearest' },
      coordinate_transformation_mode: { string: 'asymmetric' },
      nearest_mode: { string: 'floor' },
      axes: { ints: [2, 3] },
    });
    return net.conv(larger, name);
  }
}
