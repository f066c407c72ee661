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

/** Small networks with a loss, one a family, that a recording of another framework's first steps can be held to. */
export type ReferenceCase = (b: GraphBuilder, weights: Weights, dims: Readonly<Record<string, Dims>>) => string;

/** x and sines of it, three layers, four numbers out. */
function field(b: GraphBuilder, weights: Weights, x: string): string {
  const layers = { b, weights };
  const first = b.relu(linear(layers, 'a', octaves(b, x, 6), 39, 32));
  return linear(layers, 'c', b.relu(linear(layers, 'b', first, 32, 32)), 32, 4);
}

/** Inputs are declared under their own names; whole numbers come as floats. */
export const REFERENCE_CASES: Readonly<Record<string, ReferenceCase>> = {
  mlp: (b, weights) => meanSquare(b, field(b, weights, 'x'), 'y'),

  'conv-vae'(b, weights) {
    const layers = { b, weights };
    const halve = { kernel: 4, stride: 2, pad: 1 };
    const e1 = b.swish(conv(layers, 'e1', 'x', 3, 8, halve));
    const e2 = b.reshape(b.swish(conv(layers, 'e2', e1, 8, 16, halve)), [4, 256]);
    const mu = linear(layers, 'mu', e2, 256, 6);
    const logVariance = b.node('Clip', [linear(layers, 'lv', e2, 256, 6), b.scalar(-8), b.scalar(8)]);
    const z = b.add(mu, b.mul(b.node('Exp', [b.scale(logVariance, 0.5)]), 'eps'));
    const d0 = b.reshape(b.swish(linear(layers, 'd0', z, 6, 256)), [4, 16, 4, 4]);
    const d1 = b.swish(convTranspose(layers, 'd1', d0, 16, 8, halve));
    const difference = b.sub(b.sigmoid(convTranspose(layers, 'd2', d1, 8, 3, halve)), 'x');
    const squares = sumOf(b, b.mul(difference, difference));
    const spread = b.sub(b.add(b.mul(mu, mu), b.node('Exp', [logVariance])), b.add(logVariance, b.scalar(1)));
    return b.scale(b.add(squares, b.scale(sumOf(b, spread), 0.5)), 1 / 4);
  },

  lstm(b, weights) {
    const layers = { b, weights };
    const ids = b.node('Cast', ['ids'], { to: { int: 7 } });
    const seen = embedding(layers, 'emb', b.slice(ids, 1, 0, 12), 20, 8);
    const states = lstm(layers, 'lstm', seen, [4, 12, 8], 16);
    const logits = linear(layers, 'out', b.reshape(states, [48, 16]), 16, 20);
    return crossEntropy(b, logits, b.slice(ids, 1, 1, 13), 48);
  },

  transformer(b, weights) {
    const layers = { b, weights };
    const dims = [2, 7, 16];
    const seen = causalAttention(layers, { qkv: 'q', out: 'o' }, layerNorm(layers, 'n', 'x', 16), dims, 2);
    const mixed = b.add('x', seen);
    const wide = b.gelu(linearRows(layers, 'f1', layerNorm(layers, 'n2', mixed, 16), dims, 32));
    return meanSquare(b, b.add(mixed, linearRows(layers, 'f2', wide, [2, 7, 32], 16)), 'y');
  },

  unet(b, weights) {
    const layers = { b, weights };
    const c1 = groupNorm(layers, 'g1', conv(layers, 'c1', 'x', 3, 8, { kernel: 3 }), [2, 8, 12, 12], 4);
    const time = b.reshape(linear(layers, 't', 't', 1, 8), [2, 8, 1, 1]);
    const skip = b.add(b.swish(c1), time);
    const c2 = conv(layers, 'c2', skip, 8, 16, { kernel: 3, stride: 2 });
    const deep = b.swish(groupNorm(layers, 'g2', c2, [2, 16, 6, 6], 4));
    const up = b.resize(deep, 2, 2, { mode: 'nearest', coordinates: 'asymmetric' });
    return meanSquare(b, conv(layers, 'c3', b.concat([up, skip]), 24, 3, { kernel: 3 }), 'noise');
  },

  'gan-step'(b, weights) {
    const layers = { b, weights };
    const a = b.reshape(b.relu(linear(layers, 'a', 'z', 5, 32)), [6, 8, 2, 2]);
    const up = convTranspose(layers, 'b', a, 8, 4, { kernel: 4, stride: 2, pad: 1 });
    const normal = b.leakyRelu(batchNorm(layers, 'bn', up, 4), 0.2);
    const fake = b.node('Tanh', [conv(layers, 'c', normal, 4, 1, { kernel: 3 })]);
    const judge = (x: string) => {
      const seen = b.leakyRelu(conv(layers, 'd', x, 1, 4, { kernel: 4, stride: 2, pad: 1 }), 0.2);
      return linear(layers, 'e', b.reshape(seen, [6, 16]), 16, 1);
    };
    const soft = (score: string) => meanOf(b, b.node('Softplus', [b.node('Neg', [score])]));
    return b.add(soft(judge(fake)), soft(judge('real')));
  },

  nerf(b, weights) {
    const rays = b.reshape('o', [32, 1, 3]);
    const places = b.add(rays, b.mul(b.reshape('d', [32, 1, 3]), b.reshape('ts', [1, 16, 1])));
    const raw = field(b, weights, b.reshape(places, [512, 3]));
    const colour = b.reshape(b.sigmoid(b.slice(raw, 1, 0, 3)), [32, 16, 3]);
    const density = b.reshape(b.node('Softplus', [b.slice(raw, 1, 3, 4)]), [32, 16]);
    const steps = b.concat([b.sub(b.slice('ts', 0, 1), b.slice('ts', 0, 0, 15)), b.constant(Float32Array.of(0.1), [1])], 0);
    return meanSquare(b, renderRays(b, colour, density, b.reshape(steps, [1, 16])).colour, 'rgb');
  },
};
