import fc from 'fast-check';
import * as ort from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { largestDifference, randomFloats } from '../../testing/random.ts';
import { runBytes } from '../../testing/run.ts';
import { enlarge, gate, lastNorm, norm, shuffle, spelled, tanhGelu } from '../../testing/spelled.ts';
import { GraphBuilder } from '../builder.ts';
import type { Graph } from '../graph.ts';
import { readOnnx } from '../read.ts';
import { writeOnnx } from '../write.ts';
import { optimise, PASSES } from './index.ts';

const STEPS = [
  'conv',
  'prelu',
  'steep',
  'even',
  'scale',
  'half',
  'keep',
  'dense',
  'relu',
  'dead',
  'swish',
  'gelu',
  'tanh-gelu',
  'norm',
  'last-norm',
  'gate',
  'spelled',
  'enlarge',
  'shuffle',
  'batch-norm',
  'pad',
  'made',
] as const;

/** A random network of the kinds of layers that the formats make. */
function network(steps: readonly (typeof STEPS)[number][], seed: number): Graph {
  const builder = new GraphBuilder('random');
  let x = builder.resize(builder.input(3), 2, 2, { mode: 'nearest', coordinates: 'asymmetric' });
  let channels = 3;
  let next = seed;
  const conv = (value: string, from: number, to: number, size = 3) => {
    next += 1;
    const half = (size - 1) / 2;
    return builder.conv(value, {
      weight: randomFloats(to * from * size * size, next, -0.3, 0.3),
      dims: [to, from, size, size],
      ...(next % 2 ? { bias: randomFloats(to, next + 7, -0.2, 0.2) } : {}),
      pads: [half, half, half, half],
    });
  };
  for (const step of steps) {
    if (step === 'conv') {
      x = conv(x, channels, 16);
      channels = 16;
    } else if (step === 'prelu') x = builder.prelu(x, randomFloats(channels, seed + 1, -0.5, 1));
    else if (step === 'steep') {
      x = conv(builder.prelu(conv(x, channels, 16), randomFloats(16, seed + 2, -1, 3)), 16, 16);
      channels = 16;
    } else if (step === 'even') x = builder.prelu(x, new Float32Array(channels).fill(seed % 2 ? 0.2 : 0));
    else if (step === 'scale') x = builder.add(builder.scale(x, 0.2), x);
    else if (step === 'half') x = builder.scale(builder.scale(x, 255), 1 / 255);
    else if (step === 'keep') x = builder.node('Identity', [builder.concat([x])]);
    else if (step === 'dense') {
      x = builder.concat([x, builder.leakyRelu(conv(x, channels, 16), 0.2)]);
      channels += 16;
    } else if (step === 'gelu') x = builder.gelu(x);
    else if (step === 'tanh-gelu') x = tanhGelu(builder, x);
    else if (step === 'norm') x = norm(builder, x, channels, seed);
    else if (step === 'shuffle') x = shuffle(builder, x, channels, seed % 2 ? 'CRD' : 'DCR');
    else if (step === 'batch-norm') {
      const vector = (at: number) => builder.constant(randomFloats(16, seed + at), [16, 1, 1]);
      x = builder.add(builder.mul(conv(x, channels, 16), vector(3)), vector(4));
      channels = 16;
    } else if (step === 'pad') {
      const weight = randomFloats(16 * channels * 9, seed + 5, -0.3, 0.3);
      x = builder.conv(builder.pad(x, [0, 0, 1, 2, 0, 0, 1, 0]), { weight, dims: [16, channels, 3, 3] });
      channels = 16;
    } else if (step === 'made') {
      const matrix = builder.constant(randomFloats(channels, seed), [1, channels]);
      const turned = builder.node('Sqrt', [builder.node('Abs', [builder.transpose(matrix, [1, 0])])]);
      x = builder.mul(x, builder.node('Unsqueeze', [turned, builder.ints([2])]));
    } else if (step === 'gate') x = gate(builder, x, channels, seed);
    else if (step === 'spelled') x = spelled(builder, x);
    else if (step === 'enlarge') x = enlarge(builder, x, channels, seed);
    else if (step === 'last-norm') x = lastNorm(builder, x, channels, seed);
    else if (step === 'relu') x = builder.relu(builder.add(x, builder.scalar(0)));
    else if (step === 'dead') builder.sigmoid(conv(x, channels, 4));
    else x = builder.swish(x);
  }
  builder.output(builder.scale(conv(x, channels, 3), 0.5), 3);
  return builder.graph;
}

const copy = (graph: Graph) => readOnnx(writeOnnx(graph), 'copy');

async function difference(before: Graph, after: Graph): Promise<number> {
  const feeds = { input: { data: randomFloats(3 * 12 * 8, 9, 0, 1), dims: [1, 3, 12, 8] } };
  const [a, b] = [
    await runBytes(ort, writeOnnx(before), feeds),
    await runBytes(ort, writeOnnx(after), feeds),
  ];
  const largest = Math.max(1, ...a.output!.data.map(Math.abs));
  return largestDifference(a.output!.data, b.output!.data) / largest;
}

const networks = fc
  .tuple(
    fc.array(fc.constantFrom(...STEPS), { minLength: 1, maxLength: 7 }),
    fc.integer({ min: 1, max: 1000 }),
  )
  .map(([steps, seed]) => network(steps, seed));

describe('a pass over the graph', () => {
  test.each(PASSES.map((pass) => [pass.name, pass] as const))(
    '%s leaves the outputs within 1e-4',
    async (_, pass) => {
      await fc.assert(
        fc.asyncProperty(networks, async (graph) => {
          const after = copy(graph);
          pass.run(after);
          expect(await difference(graph, after)).toBeLessThan(1e-4);
        }),
        { numRuns: 8 },
      );
    },
  );

  test('all of them together leave the outputs within 1e-4, and a second time finds nothing to do', async () => {
    await fc.assert(
      fc.asyncProperty(networks, async (graph) => {
        const after = copy(graph);
        optimise(after);
        expect(await difference(graph, after)).toBeLessThan(1e-4);
        const once = writeOnnx(after);
        optimise(after);
        expect(Buffer.compare(Buffer.from(writeOnnx(after)), Buffer.from(once))).toBe(0);
      }),
      { numRuns: 15 },
    );
  });

  test('makes one node of GELU and LayerNorm however they are spelled out', () => {
    const ops = (steps: readonly (typeof STEPS)[number][]) => {
      const graph = network(steps, 3);
      optimise(graph);
      return graph.nodes.map((node) => node.op);
    };
    expect(ops(['conv', 'gelu', 'conv', 'tanh-gelu'])).toEqual(expect.arrayContaining(['Gelu', 'FastGelu']));
    for (const steps of [['norm'], ['conv', 'last-norm']] as const) {
      expect(ops(steps)).toContain('LayerNormalization');
      expect(ops(steps)).not.toContain('Sqrt');
    }
  });

  test('leaves no transposes, slices or factors in a gating unit', () => {
    const graph = network(['conv', 'gate'], 4);
    optimise(graph);
    const count = (op: string) => graph.nodes.filter((node) => node.op === op).length;
    expect([count('Slice'), count('Tanh'), count('LayerNormalization')]).toEqual([0, 0, 0]);
    expect(count('FastGelu')).toBe(2);
    // Into NHWC and out of it again.
    expect(count('Transpose')).toBe(2);
  });

  test.each([
    ['shuffle', ['Reshape', 'Transpose'], ['DepthToSpace']],
    ['batch-norm', ['Mul', 'Add'], []],
    ['pad', ['Pad'], []],
    ['made', ['Sqrt', 'Transpose', 'Unsqueeze'], []],
  ] as const)('leaves of %s what it has to', (step, without, within) => {
    const graph = network(['conv', step, 'relu'], 6);
    optimise(graph);
    const ops = new Set(graph.nodes.map((node) => node.op));
    for (const op of without) expect(ops).not.toContain(op);
    for (const op of within) expect(ops).toContain(op);
  });

  test('drops what nothing reads', () => {
    const graph = network(['conv', 'dead', 'dead'], 3);
    optimise(graph);
    expect(graph.nodes.some((node) => node.op === 'Sigmoid')).toBe(false);
    const read = new Set(graph.nodes.flatMap((node) => node.inputs));
    expect([...graph.initializers.keys()].every((name) => read.has(name))).toBe(true);
  });

  test('takes the multiplications by one number out of the layers around them', () => {
    const graph = network(['half', 'conv'], 5);
    optimise(graph);
    expect(graph.nodes.some((node) => node.op === 'Mul')).toBe(false);
  });

  test.each([
    ['cubic', 0.5],
    ['cubic', 0.75],
    ['linear', 0.5],
    ['linear', 0.25],
  ] as const)('makes a %s reduction to %s a convolution with the same result', async (mode, scale) => {
    const builder = new GraphBuilder('reduce');
    const wide = builder.resize(builder.input(3), 4, 4, { mode: 'nearest', coordinates: 'asymmetric' });
    const noisy = builder.conv(wide, { weight: randomFloats(81, 1), dims: [3, 3, 3, 3], pads: [1, 1, 1, 1] });
    builder.output(builder.resize(noisy, scale, scale, { mode, coordinates: 'half_pixel' }), 3);
    const after = copy(builder.graph);
    optimise(after);
    expect(after.nodes.some((node) => node.op === 'Resize')).toBe(false);
    expect(await difference(builder.graph, after)).toBeLessThan(1e-5);
  });

  test.each([
    [2, 3],
    [3, 3],
    [8, 3],
    [2, 5],
  ])('moves a convolution to a picture before the enlargement by %i (kernel %i)', async (factor, size) => {
    const builder = new GraphBuilder('enlarge');
    const features = builder.conv(builder.input(3), { weight: randomFloats(8 * 27, 1), dims: [8, 3, 3, 3] });
    const half = (size - 1) / 2;
    const enlarged = builder.resize(features, factor, factor, { mode: 'nearest', coordinates: 'asymmetric' });
    const weight = randomFloats(3 * 8 * size * size, 2, -0.3, 0.3);
    const bias = randomFloats(3, 3);
    builder.output(
      builder.conv(enlarged, { weight, dims: [3, 8, size, size], bias, pads: [half, half, half, half] }),
      3,
    );
    const after = copy(builder.graph);
    optimise(after);
    expect(after.nodes.map((node) => node.op)).toEqual(['Conv', 'Conv', 'DepthToSpace']);
    expect(await difference(builder.graph, after)).toBeLessThan(1e-4);
  });
});
