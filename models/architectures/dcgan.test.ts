import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import type { StoredTensor } from '../formats/checkpoint.ts';
import { LATENT_PORTS, splitCondition } from '../graph/latent-ports.ts';
import { optimise } from '../graph/passes/index.ts';
import { writeOnnx } from '../graph/write.ts';
import { largestDifference, randomFloats } from '../testing/random.ts';
import { runBytes } from '../testing/run.ts';
import { recognise } from './recognise.ts';

type Tensors = Map<string, StoredTensor>;

const SIZE = 10;

interface Kind {
  /** Channels after each layer; the last one's are the picture's. */
  readonly channels?: readonly number[];
  /** How the layer at a place is called, and how the norm behind it. */
  readonly layer?: (at: number) => string;
  readonly norm?: (at: number) => string;
  readonly bias?: boolean;
  readonly kernel?: number;
}

/** A small network by the published layout, dropout behind the first layer as the eyes have it. */
function tensors(kind: Kind = {}): Tensors {
  const { channels = [6, 5, 3], bias = false, kernel = 4 } = kind;
  const place = (at: number) => (at === 0 ? 0 : 3 * at + 1);
  const { layer = (at) => `main.${place(at)}`, norm = (at) => `main.${place(at) + 1}` } = kind;
  const made: Tensors = new Map();
  const add = (name: string, dims: number[], low = -0.4, high = 0.4) =>
    made.set(name, {
      type: 'float32',
      dims,
      floats: (
        (seed) => () =>
          randomFloats(
            dims.reduce((a, b) => a * b, 1),
            seed,
            low,
            high,
          )
      )(made.size + 1),
    });
  channels.forEach((out, at) => {
    const size = at === 0 ? 4 : kernel;
    add(`${layer(at)}.weight`, [at === 0 ? SIZE : channels[at - 1]!, out, size, size]);
    if (bias) add(`${layer(at)}.bias`, [out]);
    if (at === channels.length - 1) return;
    add(`${norm(at)}.weight`, [out], 0.5, 1.5);
    add(`${norm(at)}.bias`, [out]);
    add(`${norm(at)}.running_mean`, [out]);
    add(`${norm(at)}.running_var`, [out], 0.3, 2);
    add(`${norm(at)}.num_batches_tracked`, []);
  });
  return made;
}

/** What PyTorch computes, value by value: each input pixel adds its kernel to the output. */
function reference(made: Tensors, z: Float32Array, layers: readonly (readonly [string, string?])[]) {
  let [x, side] = [Array.from(z), 1];
  layers.forEach(([layer, norm], at) => {
    const [from = 0, to = 0, kernel = 0] = made.get(`${layer}.weight`)!.dims;
    const weight = made.get(`${layer}.weight`)!.floats();
    const bias = made.get(`${layer}.bias`)?.floats();
    const [stride, pad] = at === 0 ? [1, 0] : [2, 1];
    const wide = (side - 1) * stride + kernel - 2 * pad;
    const next = new Array<number>(to * wide * wide).fill(0);
    for (let i = 0; i < from; i++)
      for (let o = 0; o < to; o++)
        for (let y = 0; y < side; y++)
          for (let column = 0; column < side; column++)
            for (let ky = 0; ky < kernel; ky++)
              for (let kx = 0; kx < kernel; kx++) {
                const [row, line] = [y * stride + ky - pad, column * stride + kx - pad];
                if (row < 0 || line < 0 || row >= wide || line >= wide) continue;
                next[(o * wide + row) * wide + line]! +=
                  x[(i * side + y) * side + column]! * weight[((i * to + o) * kernel + ky) * kernel + kx]!;
              }
    x = next.map((value, index) => {
      const channel = Math.floor(index / wide ** 2);
      const biased = value + (bias?.[channel] ?? 0);
      if (norm === undefined) return (Math.tanh(biased) + 1) / 2;
      const of = (name: string) => made.get(`${norm}.${name}`)!.floats()[channel]!;
      const normal = (biased - of('running_mean')) / Math.sqrt(of('running_var') + 1e-5);
      return Math.max(0, normal * of('weight') + of('bias'));
    });
    side = wide;
  });
  return x;
}

const open = (made: Tensors) => recognise(new Map([['', made]]), 'generator.pth');

const z = randomFloats(SIZE, 99, -2, 2);

describe('DCGAN', () => {
  it('makes what plain loops make, its norms folded into its layers', async () => {
    const made = tensors();
    const network = open(made);
    expect(network).toMatchObject({
      ...{ architecture: 'DCGAN', task: 'generate', tags: ['5nf', '10z', '16px'] },
      latent: { size: SIZE, width: 16, height: 16 },
    });
    optimise(network.graph);
    expect(network.graph.nodes.some(({ op }) => op === 'BatchNormalization')).toBe(false);
    const { output } = await runBytes(ort, writeOnnx(network.graph), { z: { data: z, dims: [1, SIZE] } });
    const wanted = reference(made, z, [['main.0', 'main.1'], ['main.4', 'main.5'], ['main.7']]);
    expect(output!.dims).toEqual([1, 3, 16, 16]);
    expect(largestDifference(output!.data, wanted)).toBeLessThan(1e-5);
  });

  it('is known under other names too, with biases, and grey pictures get three channels', async () => {
    const made = tensors({
      ...{ channels: [4, 1], bias: true },
      layer: (at) => (at === 0 ? 'net.0.0' : 'net.1'),
      norm: () => 'net.0.1',
    });
    const network = open(made);
    const { output } = await runBytes(ort, writeOnnx(network.graph), { z: { data: z, dims: [1, SIZE] } });
    const wanted = reference(made, z, [['net.0.0', 'net.0.1'], ['net.1']]);
    expect(output!.dims).toEqual([1, 3, 8, 8]);
    expect(largestDifference(output!.data, [...wanted, ...wanted, ...wanted])).toBeLessThan(1e-5);
  });

  it('takes the last of its numbers as a condition, where it is told so', async () => {
    const made = tensors();
    const { graph } = open(made);
    splitCondition(graph, SIZE, 3);
    expect(graph.inputs.map(({ name, dims }) => [name, dims])).toEqual([
      [LATENT_PORTS.z, [1, 7]],
      [LATENT_PORTS.condition, [1, 3]],
    ]);
    const { output } = await runBytes(ort, writeOnnx(graph), {
      z: { data: z.subarray(0, 7), dims: [1, 7] },
      condition: { data: z.subarray(7), dims: [1, 3] },
    });
    const wanted = reference(made, z, [['main.0', 'main.1'], ['main.4', 'main.5'], ['main.7']]);
    expect(largestDifference(output!.data, wanted)).toBeLessThan(1e-5);
  });

  it.each<[string, Kind, string]>([
    ['kernels whose step cannot be told', { kernel: 3 }, 'model/broken'],
    ['a picture of two channels', { channels: [4, 2] }, 'model/broken'],
  ])('is refused with %s', (_, kind, code) => {
    expect(() => open(tensors(kind))).toThrow(expect.objectContaining({ code }));
  });

  it('is refused where it has more than its kind: what that does is not known', () => {
    const made = tensors();
    made.set('label_emb.weight', { type: 'float32', dims: [8, 8], floats: () => new Float32Array(64) });
    expect(() => open(made)).toThrow(expect.objectContaining({ code: 'model/unknown-architecture' }));
  });
});
