import fc from 'fast-check';
import * as ort from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { GessoError } from '../../contract/errors.ts';
import { scaleOf } from '../graph/shapes.ts';
import { writeOnnx } from '../graph/write.ts';
import { randomFloats } from '../testing/random.ts';
import { runBytes } from '../testing/run.ts';
import { tinyTfjs } from '../testing/tfjs.ts';
import { inMemory, joined } from './byte-source.ts';
import { tfjsGraph } from './tfjs.ts';

const read = async (text: string, bytes: Uint8Array) => tfjsGraph(text, () => inMemory(bytes), 'model.json');

async function errorOf(step: () => Promise<unknown>): Promise<GessoError> {
  const thrown = await step().then(
    () => new Error('it was accepted'),
    (reason: unknown) => reason,
  );
  if (thrown instanceof GessoError) return thrown;
  throw thrown;
}

async function run(options: { custom: boolean }, data: Float32Array, size: number) {
  const { text, bytes } = tinyTfjs(options);
  const graph = await read(text, bytes);
  expect(scaleOf(graph)).toEqual({ scale: 2, offset: 0 });
  return (await runBytes(ort, writeOnnx(graph), { input: { data, dims: [1, 3, size, size] } })).output!;
}

/** A 3x3 `same` convolution in NHWC order, straight from Keras' definition. */
function conv(input: number[][][], kernel: Float32Array, bias: Float32Array): number[][][] {
  const [from, to] = [input[0]![0]!.length, bias.length];
  return input.map((row, y) =>
    row.map((_, x) =>
      Array.from(bias, (start, o) => {
        let sum = start;
        for (let tap = 0; tap < 9; tap += 1) {
          const source = input[y + Math.floor(tap / 3) - 1]?.[x + (tap % 3) - 1];
          for (let c = 0; source && c < from; c += 1) sum += source[c]! * kernel[(tap * from + c) * to + o]!;
        }
        return sum;
      }),
    ),
  );
}

const SIZE = 4;
const picture = randomFloats(3 * SIZE * SIZE, 11, 0, 1);
const nhwc = (factor: number) =>
  Array.from({ length: SIZE }, (_, y) =>
    Array.from({ length: SIZE }, (_, x) =>
      [0, 1, 2].map((c) => picture[(c * SIZE + y) * SIZE + x]! * factor),
    ),
  );

function features(input: number[][][], custom: boolean) {
  const { weights } = tinyTfjs({ custom });
  const one = conv(input, weights['one/kernel']!, weights['one/bias']!);
  const joined = input.map((row, y) =>
    row.map((pixel, x) => [...pixel, ...one[y]![x]!.map((v) => Math.max(0, v))]),
  );
  const scaled = joined.map((row) =>
    row.map((pixel) => pixel.map((value) => (custom ? 0.2 * value : value))),
  );
  return { weights, two: conv(scaled, weights['two/kernel']!, weights['two/bias']!) };
}

describe('weights in several files', () => {
  test('are those of one, wherever it was cut', () => {
    const bytes = Uint8Array.from({ length: 24 }, (_, at) => at);
    fc.assert(
      fc.property(fc.array(fc.nat(24), { maxLength: 4 }), fc.nat(24), fc.nat(24), (places, a, b) => {
        const cuts = [0, ...places.toSorted((x, y) => x - y), 24];
        const source = joined(cuts.slice(1).map((to, at) => inMemory(bytes.subarray(cuts[at], to))));
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        expect(source.size).toBe(24);
        expect(source.read(from, to - from)).toEqual(bytes.slice(from, to));
      }),
    );
  });
});

describe('the TensorFlow.js reader', () => {
  test('feeds residual dense networks 0..255 and gives 0..1 back', async () => {
    const { weights, two } = features(nhwc(255), false);
    const enlarged = Array.from({ length: 2 * SIZE }, (_, y) =>
      Array.from({ length: 2 * SIZE }, (_, x) => two[y >> 1]![x >> 1]!),
    );
    const wanted = conv(enlarged, weights['three/kernel']!, weights['three/bias']!);
    const made = await run({ custom: false }, picture, SIZE);
    for (const [c, y, x] of [
      [0, 0, 0],
      [1, 3, 5],
      [2, 7, 7],
    ] as const) {
      expect(made.data[(c * 8 + y) * 8 + x]).toBeCloseTo(wanted[y]![x]![c]! / 255, 4);
    }
  });

  test('feeds networks with UpscalerJS layers 0..1, and shuffles pixels in TensorFlow order', async () => {
    const { two } = features(nhwc(1), true);
    const made = await run({ custom: true }, picture, SIZE);
    for (const [c, y, x] of [
      [0, 0, 1],
      [1, 3, 4],
      [2, 6, 7],
    ] as const) {
      const channel = ((y % 2) * 2 + (x % 2)) * 3 + c;
      expect(made.data[(c * 8 + y) * 8 + x]).toBeCloseTo(two[y >> 1]![x >> 1]![channel]!, 4);
    }
  });

  test('reads weights stored as bytes with a scale', async () => {
    const { json, bytes } = tinyTfjs();
    const [group] = json.weightsManifest;
    const stored = { ...group!.weights[1], quantization: { dtype: 'uint8', scale: 0.5, min: -1 } };
    const manifest = [{ ...group!, weights: [group!.weights[0], stored, ...group!.weights.slice(2)] }];
    const start = 3 * 3 * 3 * 4 * 4;
    const packed = Buffer.concat([
      bytes.subarray(0, start),
      Buffer.from([0, 2, 4, 6]),
      bytes.subarray(start + 16),
    ]);
    const graph = await read(JSON.stringify({ ...json, weightsManifest: manifest }), packed);
    const biases = [...graph.initializers.values()].filter((tensor) => tensor.dims.join() === '4');
    expect(biases.map((tensor) => [...(tensor.data as Float32Array)])).toContainEqual([-1, 0, 1, 2]);
  });
});

describe('the TensorFlow.js reader refuses', () => {
  const { text, bytes } = tinyTfjs();

  test.each([
    ['text that is no JSON', text.slice(0, 300), 'model/broken'],
    ['JSON of another kind', '{"hello":1}', 'model/broken'],
    ['a graph model', '{"format":"graph-model"}', 'model/unknown-architecture'],
    [
      'a layer class that it does not know',
      text.replace('UpSampling2D', 'LSTM'),
      'model/unknown-architecture',
    ],
    ['a layer that reads what nothing makes', text.replace('["act",0', '["gone",0'), 'model/broken'],
    ['a shard outside its folder', text.replace('shard.bin', '../../secret'), 'model/unsafe'],
    ['a weight larger than the files', text.replace('[3,3,7,12]', '[3,3,7,1200000000]'), 'model/broken'],
    ['an output that no layer makes', text.replace('[["three",0,0]]', '[["four",0,0]]'), 'model/broken'],
  ])('%s, by a code of its own', async (_, damaged, code) => {
    expect(damaged).not.toBe(text);
    const error = await errorOf(() => read(damaged, bytes));
    expect(error.code).toBe(code);
    expect(error.message).toContain('model.json');
  });

  test('a weight file that is named twice, and more values than a network has', async () => {
    const twice = text.replace('"shard.bin"', '"shard.bin","shard.bin"');
    expect(twice).not.toBe(text);
    expect((await errorOf(() => read(twice, bytes))).message).toMatch(
      /names the weight file shard.bin twice/,
    );
    const brackets = `{"format":${'['.repeat(600_000)}${']'.repeat(600_000)},"a":[${'[],'.repeat(600_000)}[]]}`;
    expect((await errorOf(() => read(brackets, bytes))).message).toMatch(/more values than any network/);
  });

  test('weights that end early, and weights that are left over', async () => {
    expect((await errorOf(() => read(text, bytes.subarray(0, 100)))).code).toBe('model/broken');
    expect((await errorOf(() => read(text, Buffer.concat([bytes, bytes])))).code).toBe('model/broken');
  });

  test('any damage without crashing: a graph or a GessoError, nothing else', async () => {
    const change = fc.tuple(fc.nat(text.length - 1), fc.string({ maxLength: 6 }));
    const anything = fc.json().map((value) => ({ damaged: value }));
    const edited = fc.array(change, { minLength: 1, maxLength: 3 }).map((changes) => {
      let damaged = text;
      for (const [at, patch] of changes)
        damaged = damaged.slice(0, at) + patch + damaged.slice(at + patch.length);
      return { damaged };
    });
    const digits = fc.tuple(fc.nat(200), fc.integer({ min: -9, max: 1e10 })).map(([nth, value]) => {
      let index = 0;
      return { damaged: text.replace(/\d+/g, (found) => (index++ === nth ? String(value) : found)) };
    });
    await fc.assert(
      fc.asyncProperty(fc.oneof(anything, edited, digits), async ({ damaged }) => {
        await read(damaged, bytes).catch((thrown) => expect(thrown).toBeInstanceOf(GessoError));
      }),
      { numRuns: 500 },
    );
  });
});
