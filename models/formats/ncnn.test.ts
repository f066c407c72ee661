import fc from 'fast-check';
import * as ort from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { GessoError } from '../../contract/errors.ts';
import { scaleOf } from '../graph/shapes.ts';
import { writeOnnx } from '../graph/write.ts';
import { TINY_PARAM, tinyBin, tinyWeights } from '../testing/ncnn.ts';
import { largestDifference, randomFloats } from '../testing/random.ts';
import { runBytes } from '../testing/run.ts';
import { inMemory } from './byte-source.ts';
import { halfToFloat } from './bytes.ts';
import { ncnnGraph } from './ncnn.ts';
import { NcnnWeights } from './ncnn-weights.ts';

const read = (param: string, bin: Uint8Array) => ncnnGraph(param, bin, 'x.param', 'x.bin');

/** One layer between input and output, run on a picture of 3 x 4 x 4. */
async function runLayer(line: string, bin: Uint8Array, data: Float32Array) {
  // The convolution by ones tells the reader that the input has three channels.
  const start = 'Convolution first 1 1 data x 0=3 1=1 5=0 6=9';
  const identity = Float32Array.of(0, 1, 0, 0, 0, 1, 0, 0, 0, 1);
  const weights = Buffer.concat([new Uint8Array(identity.buffer), bin]);
  const graph = read(`7767517\n3 3\nInput in 0 1 data\n${start}\n${line}\n`, weights);
  const { output } = await runBytes(ort, writeOnnx(graph), { input: { data, dims: [1, 3, 4, 4] } });
  return output!;
}

function errorOf(step: () => unknown): GessoError {
  try {
    step();
  } catch (thrown) {
    if (thrown instanceof GessoError) return thrown;
    throw thrown;
  }
  throw new Error('it was accepted');
}

describe('the ncnn reader', () => {
  test('reads a network of many layer kinds and makes what they say', async () => {
    const graph = read(TINY_PARAM, tinyBin());
    expect(scaleOf(graph)).toEqual({ scale: 4, offset: 0 });
    expect(graph.inputs[0]!.dims).toEqual([1, 3, 'height', 'width']);
    const data = randomFloats(3 * 6 * 5, 7, 0, 1);
    const { output } = await runBytes(ort, writeOnnx(graph), { input: { data, dims: [1, 3, 6, 5] } });
    expect(output!.dims).toEqual([1, 3, 24, 20]);
    expect(output!.data[0]).toBeCloseTo(byHand(data, 6, 5), 5);
  });

  test('computes each layer as ncnn documents it', async () => {
    const data = randomFloats(48, 3, -1, 1);
    const cases: [string, (x: number) => number][] = [
      ['ReLU l 1 1 x y', (x) => Math.max(0, x)],
      ['ReLU l 1 1 x y 0=0.1', (x) => (x < 0 ? 0.1 * x : x)],
      ['Clip l 1 1 x y 0=-0.5 1=0.25', (x) => Math.min(0.25, Math.max(-0.5, x))],
      ['TanH l 1 1 x y', Math.tanh],
      ['BinaryOp l 1 1 x y 0=7 1=1 2=2.0', (x) => 2 - x],
      ['BinaryOp l 1 1 x y 0=3 1=1 2=4.0', (x) => x / 4],
      ['BinaryOp l 1 1 x y 0=4 1=1 2=0.5', (x) => Math.max(x, 0.5)],
      ['Swish l 1 1 x y', (x) => x / (1 + Math.exp(-x))],
    ];
    for (const [line, law] of cases) {
      const made = await runLayer(line, new Uint8Array(), data);
      expect(largestDifference(made.data, Float32Array.from(data, law)), line).toBeLessThan(1e-5);
    }
  });

  test('reads half floats, and tables of 256 values', () => {
    const half = Buffer.from([0x47, 0x6b, 0x30, 0x01, 0x00, 0x3c, 0x00, 0xc0, 0x55, 0x35, 0, 0]);
    expect([...new NcnnWeights(inMemory(half), 'x.bin').flagged(3, 'l')]).toEqual([
      1,
      -2,
      Math.fround(halfToFloat(0x3555)),
    ]);
    const table = Buffer.concat([
      Buffer.from([1, 0, 0, 0]),
      new Uint8Array(Float32Array.from({ length: 256 }, (_, index) => index / 2).buffer),
      Buffer.from([3, 255, 0, 0]),
    ]);
    expect([...new NcnnWeights(inMemory(table), 'x.bin').flagged(2, 'l')]).toEqual([1.5, 127.5]);
  });

  test('converts every half float as IEEE 754 says', () => {
    expect([0x0000, 0x3c00, 0xbc00, 0x7bff, 0x0001, 0x0400, 0x7c00].map(halfToFloat)).toEqual([
      0,
      1,
      -1,
      65504,
      2 ** -24,
      2 ** -14,
      Number.POSITIVE_INFINITY,
    ]);
  });
});

describe('the ncnn reader refuses', () => {
  test.each([
    ['another kind of text', 'hello\n1 1\n', 'model/broken'],
    ['a count that is no number', '7767517\nmany 1\n', 'model/broken'],
    ['a file cut off in the middle', TINY_PARAM.slice(0, 400), 'model/broken'],
    [
      'a layer that reads what nothing makes',
      TINY_PARAM.replace('1 1 a0 b', '1 1 nowhere b'),
      'model/broken',
    ],
    ['a kernel larger than its weights', TINY_PARAM.replace('6=1728', '6=268435456'), 'model/broken'],
    ['sizes that do not fit each other', TINY_PARAM.replace('6=216', '6=217'), 'model/broken'],
    ['an absurd number of outputs', TINY_PARAM.replace('0=8 1=3', '0=-8 1=3'), 'model/broken'],
    ['a layer that it does not know', TINY_PARAM.replace('Swish  ', 'Softmax'), 'model/unknown-architecture'],
    ['a second output', TINY_PARAM.replace('2 1 d a2 e', '1 1 d e'), 'model/unknown-architecture'],
  ])('%s, by a code of its own', (_, param, code) => {
    const error = errorOf(() => read(param, tinyBin()));
    expect(error.code).toBe(code);
    expect(error.message).toContain('x.');
    expect(error.hint).not.toBe('');
  });

  test('weights that end early, and weights that are left over', () => {
    const bin = tinyBin();
    expect(errorOf(() => read(TINY_PARAM, bin.subarray(0, 900))).message).toContain('x.bin');
    expect(errorOf(() => read(TINY_PARAM, Buffer.concat([bin, bin]))).message).toContain('left over');
  });

  test('any damage without crashing: a graph or a GessoError, nothing else', () => {
    const bin = tinyBin();
    const damaged = fc.tuple(fc.nat(TINY_PARAM.length - 1), fc.string({ maxLength: 8 }), fc.nat(bin.length));
    fc.assert(
      fc.property(fc.array(damaged, { minLength: 1, maxLength: 3 }), (changes) => {
        let param = TINY_PARAM;
        for (const [at, text] of changes) param = param.slice(0, at) + text + param.slice(at + text.length);
        const cut = changes[0]![2];
        try {
          read(param, cut % 3 ? bin : bin.subarray(0, cut));
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(GessoError);
        }
      }),
      { numRuns: 400 },
    );
  });
});

/** The tiny network's first output value, computed the slow way. */
function byHand(picture: Float32Array, height: number, width: number): number {
  const { mean, kernel1, bias1, slope, kernel2, bias2 } = tinyWeights();
  const conv = (
    get: (c: number, y: number, x: number) => number,
    kernel: Float32Array,
    from: number,
    o: number,
  ) => {
    let sum = 0;
    for (let c = 0; c < from; c += 1) {
      for (let tap = 0; tap < 9; tap += 1) {
        sum += get(c, Math.floor(tap / 3) - 1, (tap % 3) - 1) * kernel[(o * from + c) * 9 + tap]!;
      }
    }
    return sum;
  };
  const inside = (y: number, x: number) => y >= 0 && x >= 0 && y < height && x < width;
  const pixel = (c: number, y: number, x: number) =>
    inside(y, x) ? (picture[(c * height + y) * width + x]! - mean[c]!) * 255 : 0;
  const features = (o: number, y: number, x: number) => {
    const value = conv((c, dy, dx) => pixel(c, y + dy, x + dx), kernel1, 3, o) + bias1[o]!;
    return value < 0 ? 0.2 * value : value;
  };
  const joined = (c: number, y: number, x: number) => {
    if (!inside(y, x)) return 0;
    const a = features(c % 8, y, x);
    if (c >= 8) return a;
    return 0.2 * (a < 0 ? slope[c]! * a : a) + a / (1 + Math.exp(-a));
  };
  const value = conv(joined, kernel2, 16, 0) + bias2[0]!;
  return 1 / (1 + Math.exp(-value));
}
