import type { Weights } from '../weights.ts';
import type { VaeConfig } from './config.ts';
import { DiffusionNet } from './layers.ts';

/**
 * The autoencoder cut where its normalisations measure the whole picture: between two cuts everything is local, so that
 * a picture of any size goes through in strips of rows, each stage over all strips before the next one begins. What a
 * stage makes lies in feature maps; the mean and variance of each are known when it is complete.
 *
 * A strip of a map is [rows, channels, width]; of a map of tokens [rows, width, channels].
 */
interface VaeStage {
  /** What it reads; rows of `halo` more above and below. The first is what is normalised and padded. */
  readonly reads: readonly { readonly map: string; readonly halo: number }[];
  /** What it makes, and how many channels each has. */
  readonly makes: readonly { readonly map: string; readonly channels: number }[];
  /** Rows and columns of what it makes for each of what it reads. */
  readonly scale: 0.5 | 1 | 2;
  /** The normalisation of the first map that it reads: names of its weights and how many groups it has. */
  readonly norm?: { readonly name: string; readonly groups: number };
  /** `attend`: no graph, every place looks at every other (queries, keys, values are the maps that it reads). */
  readonly kind: 'graph' | 'attend';
}

/** A stage and its graph; undefined where it has none. */
export interface BuiltStage {
  readonly stage: VaeStage;
  readonly net: DiffusionNet | undefined;
}

/** Names of a stage's inputs: its maps in order, and what belongs to the first. */
export const STAGE_PORTS = {
  map: (index: number) => `map${index}`,
  /** [channels, 1, 1], of a normalisation. */
  factor: 'factor',
  shift: 'shift',
  /** [rows, 1, 1, 1]: 1 where a row is of the picture, 0 beyond it. */
  inside: 'inside',
  made: (index: number) => `made${index}`,
} as const;

export const EPSILON = 1e-6;

/** @param weights as `buildVaeDecoder` takes them; reads the map `latents`, makes the map `decoded` */
export function decoderStages(weights: Weights, config: VaeConfig): BuiltStage[] {
  const list = new StageList(weights, config.groups);
  const last = config.channels.length - 1;
  list.head('latents', 'post_quant_conv', 'decoder.conv_in', config.latentChannels);
  list.middle('decoder.mid_block');
  for (let level = 0; level <= last; level += 1) {
    const block = `decoder.up_blocks.${level}`;
    for (let layer = 0; layer <= config.layersPerBlock; layer += 1)
      list.residual(`${block}.resnets.${layer}`);
    if (level < last) list.enlarge(`${block}.upsamplers.0.conv`);
  }
  list.tail('decoder.conv_norm_out', 'decoder.conv_out', undefined, 'decoded');
  return list.built;
}

/** @param weights as `buildVaeEncoder` takes them; reads the map `picture`, makes the map `moments` */
export function encoderStages(weights: Weights, config: VaeConfig): BuiltStage[] {
  const list = new StageList(weights, config.groups);
  const last = config.channels.length - 1;
  list.head('picture', undefined, 'encoder.conv_in', 3);
  for (let level = 0; level <= last; level += 1) {
    const block = `encoder.down_blocks.${level}`;
    for (let layer = 0; layer < config.layersPerBlock; layer += 1) list.residual(`${block}.resnets.${layer}`);
    if (level < last) list.reduce(`${block}.downsamplers.0.conv`);
  }
  list.middle('encoder.mid_block');
  list.tail('encoder.conv_norm_out', 'encoder.conv_out', 'quant_conv', 'moments');
  return list.built;
}

class StageList {
  readonly built: BuiltStage[] = [];
  /** The map that the next stage works on, and its channels. */
  #map = '';
  #channels = 0;
  #next = 0;

  constructor(
    private readonly weights: Weights,
    private readonly groups: number,
  ) {}

  head(map: string, before: string | undefined, conv: string, channels: number): void {
    const hasBefore = before !== undefined && this.weights.has(`${before}.weight`);
    this.#add(
      [{ map, halo: 1 }],
      [this.#out(conv)],
      {},
      (net, [x = '']) => {
        // What surrounds the picture is zero after the first of the two, not before.
        const first = hasBefore ? this.#within(net, net.conv(x, before)) : x;
        return [rowConv(net, first, conv)];
      },
      [channels],
    );
  }

  residual(name: string): void {
    const { weights } = this;
    const [source, channels] = [this.#map, this.#channels];
    const first = this.#out(`${name}.conv1`);
    this.#add(
      [{ map: source, halo: 1 }],
      [first],
      { norm: `${name}.norm1` },
      (net, [x = '']) => [rowConv(net, this.#within(net, net.silu(x)), `${name}.conv1`)],
      [channels],
    );
    const second = this.#out(`${name}.conv2`);
    this.#add(
      [
        { map: first.map, halo: 1 },
        { map: source, halo: 0 },
      ],
      [second],
      { norm: `${name}.norm2` },
      (net, [x = '', kept = '']) => {
        const made = rowConv(net, this.#within(net, net.silu(x)), `${name}.conv2`);
        const shortcut = weights.has(`${name}.conv_shortcut.weight`)
          ? net.conv(kept, `${name}.conv_shortcut`)
          : kept;
        return [net.builder.add(shortcut, made)];
      },
      [first.channels, channels],
    );
  }

  middle(name: string): void {
    this.residual(`${name}.resnets.0`);
    const attention = `${name}.attentions.0`;
    const [source, channels] = [this.#map, this.#channels];
    const tokens = ['q', 'k', 'v'].map((which) => ({ map: this.#fresh(which), channels }));
    this.#add(
      [{ map: source, halo: 0 }],
      tokens,
      { norm: `${attention}.group_norm` },
      (net, [x = '']) => {
        const places = net.builder.transpose(x, [0, 2, 3, 1]);
        return ['to_q', 'to_k', 'to_v'].map((layer) => net.linear(places, `${attention}.${layer}`));
      },
      [channels],
      'tokens',
    );
    const looked = { map: this.#fresh('looked'), channels };
    this.built.push({
      stage: {
        kind: 'attend',
        reads: tokens.map(({ map }) => ({ map, halo: 0 })),
        makes: [looked],
        scale: 1,
      },
      net: undefined,
    });
    const out = { map: this.#fresh('map'), channels };
    this.#add(
      [
        { map: source, halo: 0 },
        { map: looked.map, halo: 0 },
      ],
      [out],
      {},
      (net, [x = '', places = '']) => [
        net.builder.add(x, net.builder.transpose(net.linear(places, `${attention}.to_out.0`), [0, 3, 1, 2])),
      ],
      [channels, channels],
      'second-tokens',
    );
    this.residual(`${name}.resnets.1`);
  }

  enlarge(conv: string): void {
    const out = this.#out(conv);
    this.#add(
      [{ map: this.#map, halo: 1 }],
      [out],
      { scale: 2 },
      (net, [x = '']) => {
        const larger = net.builder.resize(x, 2, 2, { mode: 'nearest', coordinates: 'asymmetric' });
        // Of the two rows that each row of the halo became, one is read.
        return [rowConv(net, net.builder.slice(larger, 2, 1, -1), conv)];
      },
      [this.#channels],
    );
  }

  reduce(conv: string): void {
    const out = this.#out(conv);
    this.#add(
      [{ map: this.#map, halo: 1 }],
      [out],
      { scale: 0.5 },
      (net, [x = '']) => {
        // As it was trained: nothing above and to the left, a row and a column more below and to the right.
        const own = net.builder.slice(x, 2, 1);
        return [net.conv(own, conv, { stride: 2, pads: [0, 0, 0, 1] })];
      },
      [this.#channels],
    );
  }

  tail(norm: string, conv: string, after: string | undefined, map: string): void {
    const out = this.#out(conv);
    const hasAfter = after !== undefined && this.weights.has(`${after}.weight`);
    const channels = hasAfter ? this.weights.size(`${after}.weight`, 0) : out.channels;
    this.#add(
      [{ map: this.#mapBefore, halo: 1 }],
      [{ map, channels }],
      { norm },
      (net, [x = '']) => {
        const made = rowConv(net, this.#within(net, net.silu(x)), conv);
        return [hasAfter ? net.conv(made, after) : made];
      },
      [this.#channelsBefore],
    );
  }

  #mapBefore = '';
  #channelsBefore = 0;

  /** The map that a convolution makes, which the next stage works on. */
  #out(conv: string): { map: string; channels: number } {
    this.#mapBefore = this.#map;
    this.#channelsBefore = this.#channels;
    return { map: this.#fresh('map'), channels: this.weights.size(`${conv}.weight`, 0) };
  }

  #fresh(hint: string): string {
    this.#next += 1;
    return `${hint}${this.#next}`;
  }

  /** Zero beyond the picture. */
  #within({ builder }: DiffusionNet, x: string): string {
    return builder.mul(x, builder.reshape(STAGE_PORTS.inside, [1, 1, -1, 1]));
  }

  #add(
    reads: VaeStage['reads'],
    makes: VaeStage['makes'],
    { norm, scale = 1 }: { norm?: string; scale?: VaeStage['scale'] },
    make: (net: DiffusionNet, maps: readonly string[]) => readonly string[],
    channels: readonly number[],
    tokens?: 'tokens' | 'second-tokens',
  ): void {
    const net = new DiffusionNet('stage', this.weights);
    const { builder } = net;
    const maps = reads.map((_, index) => {
      const isTokens = tokens === 'second-tokens' && index === 1;
      const dims = isTokens
        ? ['rows', 'width', channels[index] ?? 0]
        : [`rows${index}`, channels[index] ?? 0, 'width'];
      const strip = builder.extraInput(STAGE_PORTS.map(index), dims);
      return isTokens
        ? builder.node('Unsqueeze', [strip, builder.ints([0])])
        : builder.node('Unsqueeze', [builder.transpose(strip, [1, 0, 2]), builder.ints([0])]);
    });
    builder.extraInput(STAGE_PORTS.inside, ['rows0', 1, 1, 1]);
    if (norm !== undefined) {
      const count = channels[0] ?? 0;
      const factor = builder.extraInput(STAGE_PORTS.factor, [count, 1, 1]);
      const shift = builder.extraInput(STAGE_PORTS.shift, [count, 1, 1]);
      maps[0] = builder.add(builder.mul(maps[0] ?? '', factor), shift);
      // Read by whoever measures; named here so that they lie beside the others.
      net.perChannel(`${norm}.weight`);
      net.perChannel(`${norm}.bias`);
    }
    const results = make(net, maps);
    for (const [index, result] of results.entries()) {
      const name = STAGE_PORTS.made(index);
      const plain = builder.node('Squeeze', [result, builder.ints([0])]);
      if (tokens === 'tokens') builder.node('Identity', [plain], {}, name);
      else builder.node('Transpose', [plain], { perm: { ints: [1, 0, 2] } }, name);
      const count = makes[index]?.channels ?? 0;
      const dims =
        tokens === 'tokens' ? ['made_rows', 'made_width', count] : ['made_rows', count, 'made_width'];
      builder.graph.outputs.push({ name, type: 'float32', dims });
    }
    this.built.push({
      stage: {
        ...{ kind: 'graph', reads, makes, scale },
        ...(norm !== undefined && { norm: { name: norm, groups: this.groups } }),
      },
      net,
    });
    const [only] = makes;
    if (makes.length === 1 && only) [this.#map, this.#channels] = [only.map, only.channels];
  }
}

/** A convolution of 3 x 3 whose rows above and below are there already. */
function rowConv(net: DiffusionNet, x: string, name: string): string {
  return net.conv(x, name, { pads: [0, 1, 0, 1] });
}
