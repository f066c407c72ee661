import * as ort from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import type { StoredTensor } from '../formats/checkpoint.ts';
import { optimise } from '../graph/passes/index.ts';
import { writeOnnx } from '../graph/write.ts';
import { largestDifference, randomFloats } from '../testing/random.ts';
import { runBytes } from '../testing/run.ts';
import { recognise } from './recognise.ts';

interface Kind {
  readonly input: number;
  /** Channels that the nets give; 64 where a last convolution follows. */
  readonly out: number;
  readonly kernel: 4 | 5;
  readonly last?: number;
  readonly pro?: boolean;
}

/** Tensors of a checkpoint by the published layout; weights are small random numbers, or nothing at all. */
function tensors({ input, out, kernel, last, pro }: Kind, size: number): Map<string, StoredTensor> {
  const made = new Map<string, StoredTensor>();
  const add = (name: string, dims: number[]) => {
    const count = dims.reduce((a, b) => a * b, 1);
    const fan = dims.slice(1).reduce((a, b) => a * b, 1);
    const bound = size * Math.sqrt(3 / fan);
    made.set(name, {
      type: 'float32',
      dims,
      floats: () => randomFloats(count, made.size + 1, -bound, bound),
    });
  };
  const layer = (name: string, dims: [number, number, number, number], channels = dims[0]) => {
    add(`${name}.weight`, dims);
    add(`${name}.bias`, [channels]);
  };
  const block = (name: string, from: number, middle: number, to: number, weighs: boolean) => {
    layer(`${name}.conv.0`, [middle, from, 3, 3]);
    layer(`${name}.conv.2`, [to, middle, 3, 3]);
    if (!weighs) return;
    layer(`${name}.seblock.conv1`, [to / 8, to, 1, 1]);
    layer(`${name}.seblock.conv2`, [to, to / 8, 1, 1]);
  };
  block('unet1.conv1', input, 32, 64, false);
  layer('unet1.conv1_down', [64, 64, 2, 2]);
  block('unet1.conv2', 64, 128, 64, true);
  layer('unet1.conv2_up', [64, 64, 2, 2]);
  layer('unet1.conv3', [64, 64, 3, 3]);
  layer('unet1.conv_bottom', [64, out, kernel, kernel], out);
  block('unet2.conv1', out, 32, 64, false);
  layer('unet2.conv1_down', [64, 64, 2, 2]);
  block('unet2.conv2', 64, 64, 128, true);
  layer('unet2.conv2_down', [128, 128, 2, 2]);
  block('unet2.conv3', 128, 256, 128, true);
  layer('unet2.conv3_up', [128, 128, 2, 2]);
  block('unet2.conv4', 128, 64, 64, true);
  layer('unet2.conv4_up', [64, 64, 2, 2]);
  layer('unet2.conv5', [64, 64, 3, 3]);
  layer('unet2.conv_bottom', [out, 64, 3, 3]);
  if (last) layer('conv_final', [last, 64, 3, 3]);
  if (pro) add('pro', [1]);
  return made;
}

const open = (kind: Kind, size = 1) => recognise(new Map([['', tensors(kind, size)]]), 'model.pth');

async function run(built: ReturnType<typeof open>, height: number, width: number) {
  const data = randomFloats(built.inputChannels * height * width, 5, 0, 1);
  const feeds = { input: { data, dims: [1, built.inputChannels, height, width] } };
  const before = (await runBytes(ort, writeOnnx(built.graph), feeds)).output!;
  optimise(built.graph);
  const after = (await runBytes(ort, writeOnnx(built.graph), feeds)).output!;
  return { data, before, after };
}

describe('Real-CUGAN', () => {
  test.each([
    ['x2', { input: 3, out: 3, kernel: 4 }, 2, [41, 54]],
    ['x3 pro', { input: 3, out: 3, kernel: 5, pro: true }, 3, [43, 53]],
    ['x4', { input: 3, out: 64, kernel: 4, last: 12 }, 4, [41, 55]],
    ['x2 fast', { input: 12, out: 64, kernel: 4, last: 12 }, 2, [44, 56]],
  ] as const)(
    '%s is known by its tensors, and enlarges pictures of odd sizes too',
    async (name, kind, scale, [h, w]) => {
      const built = open(kind);
      const tags = name.split(' ').slice(1);
      expect(built).toMatchObject({
        architecture: 'RealCUGAN',
        scale,
        inputChannels: 3,
        outputChannels: 3,
        tags,
      });
      const { before, after } = await run(built, h, w);
      expect(before.dims).toEqual([1, 3, h * scale, w * scale]);
      expect(after.dims).toEqual(before.dims);
      const largest = Math.max(...before.data.map(Math.abs));
      expect(largestDifference(before.data, after.data) / largest).toBeLessThan(1e-4);
    },
  );

  test.each([false, true])('x4 (pro: %j) adds its nets to the plain enlargement', async (pro) => {
    // Nets of nothing: what is left is the picture, through the narrower range and back.
    const { data, after } = await run(open({ input: 3, out: 64, kernel: 4, last: 12, pro }, 0), 40, 37);
    const nearest = Float32Array.from({ length: 3 * 160 * 148 }, (_, at) => {
      const [c, y, x] = [Math.floor(at / (160 * 148)), Math.floor(at / 148) % 160, at % 148];
      return data[(c * 40 + (y >> 2)) * 37 + (x >> 2)]!;
    });
    expect(largestDifference(after.data, nearest)).toBeLessThan(1e-6);
  });

  test('that lacks a tensor is broken, not unknown', () => {
    const lacking = tensors({ input: 3, out: 3, kernel: 4 }, 1);
    lacking.delete('unet2.conv5.weight');
    expect(() => recognise(new Map([['', lacking]]), 'model.pth')).toThrow(
      /a RealCUGAN, but the tensor "unet2.conv5/,
    );
  });
});
