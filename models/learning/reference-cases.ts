import type { GraphBuilder } from '../graph/builder.ts';
import type { Dims } from '../graph/gradient/backward.ts';
import {
  batchNorm,
  causalAttention,
  conv,
  convTranspose,
  crossEntropy,
  embedding,
  groupNorm,
  layerNorm,
  linear,
  linearRows,
  lstm,
  meanOf,
  meanSquare,
  octaves,
  sumOf,
} from '../graph/gradient/layers.ts';
import type { Weights } from '../graph/gradient/weights.ts';
import { renderRays } from './volume.ts';

/** Sizes by name: of the inputs, and of the weights. */
type Sizes = (name: string) => Dims;

/** Builds a case on its inputs, which are declared under their own names; whole numbers come as floats. */
export type ReferenceCase = (b: GraphBuilder, weights: Weights, sizes: Sizes) => string;

const HALVE = { kernel: 4, stride: 2, pad: 1 };

/** Size `axis` of a value. */
const at = (sizes: Sizes, name: string, axis: number) => sizes(name)[axis] ?? 1;

/** Outputs and inputs of a layer, by its weight. */
const layerOf = (sizes: Sizes, name: string) => {
  const [outputs = 1, inputs = 1] = sizes(`${name}.weight`);
  return { outputs, inputs };
};

/** x [rows, 3] and sines of it, three layers, four numbers out. */
function field(b: GraphBuilder, weights: Weights, sizes: Sizes, x: string): string {
  const { inputs } = layerOf(sizes, 'a');
  const dense = (name: string, value: string) => {
    const layer = layerOf(sizes, name);
    return linear({ b, weights }, name, value, layer.inputs, layer.outputs);
  };
  return dense('c', b.relu(dense('b', b.relu(dense('a', octaves(b, x, (inputs / 3 - 1) / 2))))));
}

/**
 * Small networks with a loss, one a family: a recording of another framework's first steps can be held against ours.
 * Widths are those of the weights that are given.
 */
export const REFERENCE_CASES: Readonly<Record<string, ReferenceCase>> = {
  mlp: (b, weights, sizes) => meanSquare(b, field(b, weights, sizes, 'x'), 'y'),

  'conv-vae'(b, weights, sizes) {
    const layers = { b, weights };
    const [batch = 1, colours = 3, height = 4, width = 4] = sizes('x');
    const [first, second] = [at(sizes, 'e1.weight', 0), at(sizes, 'e2.weight', 0)];
    const { inputs: flat, outputs: latent } = layerOf(sizes, 'mu');
    const e1 = b.swish(conv(layers, 'e1', 'x', colours, first, HALVE));
    const e2 = b.reshape(b.swish(conv(layers, 'e2', e1, first, second, HALVE)), [batch, flat]);
    const mu = linear(layers, 'mu', e2, flat, latent);
    const logVariance = b.node('Clip', [linear(layers, 'lv', e2, flat, latent), b.scalar(-8), b.scalar(8)]);
    const z = b.add(mu, b.mul(b.node('Exp', [b.scale(logVariance, 0.5)]), 'eps'));
    const d0 = b.swish(linear(layers, 'd0', z, latent, flat));
    const deep = b.reshape(d0, [batch, second, height / 4, width / 4]);
    const d1 = b.swish(convTranspose(layers, 'd1', deep, second, first, HALVE));
    const missed = b.sub(b.sigmoid(convTranspose(layers, 'd2', d1, first, colours, HALVE)), 'x');
    const spread = b.sub(b.add(b.mul(mu, mu), b.node('Exp', [logVariance])), b.add(logVariance, b.scalar(1)));
    const total = b.add(sumOf(b, b.mul(missed, missed)), b.scale(sumOf(b, spread), 0.5));
    return b.scale(total, 1 / batch);
  },

  lstm(b, weights, sizes) {
    const layers = { b, weights };
    const [batch = 1, given = 2] = sizes('ids');
    const length = given - 1;
    const [count = 1, width = 1] = sizes('emb.weight');
    const size = at(sizes, 'lstm.weight_hh_l0', 1);
    const ids = b.node('Cast', ['ids'], { to: { int: 7 } });
    const seen = embedding(layers, 'emb', b.slice(ids, 1, 0, length), count, width);
    const states = b.reshape(lstm(layers, 'lstm', seen, [batch, length, width], size), [
      batch * length,
      size,
    ]);
    const logits = linear(layers, 'out', states, size, count);
    return crossEntropy(b, logits, b.slice(ids, 1, 1, given), batch * length);
  },

  transformer(b, weights, sizes) {
    const layers = { b, weights };
    const dims = sizes('x');
    const width = dims.at(-1) ?? 1;
    const inner = layerOf(sizes, 'f1').outputs;
    const normal = layerNorm(layers, 'n', 'x', width);
    const mixed = b.add('x', causalAttention(layers, { qkv: 'q', out: 'o' }, normal, dims, 2));
    const wide = b.gelu(linearRows(layers, 'f1', layerNorm(layers, 'n2', mixed, width), dims, inner));
    return meanSquare(
      b,
      b.add(mixed, linearRows(layers, 'f2', wide, [...dims.slice(0, -1), inner], width)),
      'y',
    );
  },

  unet(b, weights, sizes) {
    const layers = { b, weights };
    const [batch = 1, colours = 3, height = 1, width = 1] = sizes('x');
    const [first, second] = [at(sizes, 'c1.weight', 0), at(sizes, 'c2.weight', 0)];
    const groups = 4;
    const c1 = conv(layers, 'c1', 'x', colours, first, { kernel: 3 });
    const time = b.reshape(linear(layers, 't', 't', 1, first), [batch, first, 1, 1]);
    const skip = b.add(b.swish(groupNorm(layers, 'g1', c1, [batch, first, height, width], groups)), time);
    const c2 = conv(layers, 'c2', skip, first, second, { kernel: 3, stride: 2 });
    const deep = groupNorm(
      layers,
      'g2',
      c2,
      [batch, second, Math.ceil(height / 2), Math.ceil(width / 2)],
      groups,
    );
    const up = b.resize(b.swish(deep), 2, 2, { mode: 'nearest', coordinates: 'asymmetric' });
    const out = conv(layers, 'c3', b.concat([up, skip]), first + second, colours, { kernel: 3 });
    return meanSquare(b, out, 'noise');
  },

  'gan-step'(b, weights, sizes) {
    const layers = { b, weights };
    const { inputs: latent, outputs: flat } = layerOf(sizes, 'a');
    const batch = at(sizes, 'z', 0);
    const [wide = 1, narrow = 1] = sizes('b.weight');
    const [, colours = 1, side = 4] = sizes('real');
    const a = b.relu(linear(layers, 'a', 'z', latent, flat));
    const up = convTranspose(
      layers,
      'b',
      b.reshape(a, [batch, wide, side / 2, side / 2]),
      wide,
      narrow,
      HALVE,
    );
    const normal = b.leakyRelu(batchNorm(layers, 'bn', up, narrow), 0.2);
    const fake = b.node('Tanh', [conv(layers, 'c', normal, narrow, colours, { kernel: 3 })]);
    const judge = layerOf(sizes, 'e');
    const score = (x: string) => {
      const seen = b.leakyRelu(conv(layers, 'd', x, colours, at(sizes, 'd.weight', 0), HALVE), 0.2);
      return linear(layers, 'e', b.reshape(seen, [-1, judge.inputs]), judge.inputs, judge.outputs);
    };
    const soft = (x: string) => meanOf(b, b.node('Softplus', [b.node('Neg', [score(x)])]));
    return b.add(soft(fake), soft('real'));
  },

  nerf(b, weights, sizes) {
    const [rays = 1] = sizes('o');
    const [samples = 1] = sizes('ts');
    const along = b.mul(b.reshape('d', [rays, 1, 3]), b.reshape('ts', [1, samples, 1]));
    const places = b.reshape(b.add(b.reshape('o', [rays, 1, 3]), along), [rays * samples, 3]);
    const raw = field(b, weights, sizes, places);
    const colour = b.reshape(b.sigmoid(b.slice(raw, 1, 0, 3)), [rays, samples, 3]);
    const density = b.reshape(b.node('Softplus', [b.slice(raw, 1, 3, 4)]), [rays, samples]);
    const gaps = b.sub(b.slice('ts', 0, 1), b.slice('ts', 0, 0, samples - 1));
    // The last sample reaches as far as the one before it.
    const steps = b.concat([gaps, b.slice(gaps, 0, samples - 2)], 0);
    return meanSquare(b, renderRays(b, colour, density, b.reshape(steps, [1, samples])).colour, 'rgb');
  },
};
