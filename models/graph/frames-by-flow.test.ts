import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import type { RunTensor } from '../library/run-model.ts';
import { largestDifference, randomFloats } from '../testing/random.ts';
import { runBytes } from '../testing/run.ts';
import { framesByFlow } from './frames-by-flow.ts';
import { writeOnnx } from './write.ts';

const [width, height] = [11, 7];
const PIXELS = width * height;
const frame = (seed: number) => ({ data: randomFloats(3 * PIXELS, seed, 0, 1), dims: [1, 3, height, width] });
const planes = (channels: number, value: (channel: number, at: number) => number): RunTensor => ({
  data: Float32Array.from({ length: channels * PIXELS }, (_, at) => value(Math.floor(at / PIXELS), at)),
  dims: [1, channels, height, width],
});
const [frame0, frame1] = [frame(1), frame(2)];

async function mixed(flow: RunTensor, mask: RunTensor, onProcessor = true): Promise<Float32Array> {
  const graph = framesByFlow({ width, height }, onProcessor);
  return (await runBytes(ort, writeOnnx(graph), { frame0, frame1, flow, mask })).output!.data;
}

describe('frames by their flow', () => {
  it('mixes what stands still by the mask', async () => {
    const made = await mixed(
      planes(4, () => 0),
      planes(1, () => 0.25),
    );
    const wanted = frame0.data.map((value, at) => 0.25 * value + 0.75 * frame1.data[at]!);
    expect(largestDifference(made, wanted)).toBeLessThan(1e-5);
  });

  it('takes pixels from where the flow points, right and down, and from the edge beyond it', async () => {
    const flow = planes(4, (channel) => [2, -1, 0, 0][channel]!);
    const made = await mixed(
      flow,
      planes(1, () => 1),
    );
    const wanted = frame0.data.map((_, at) => {
      const [plane, y, x] = [Math.floor(at / PIXELS), Math.floor(at / width) % height, at % width];
      return frame0.data[plane * PIXELS + Math.max(0, y - 1) * width + Math.min(width - 1, x + 2)]!;
    });
    expect(largestDifference(made, wanted)).toBeLessThan(1e-4);
  });

  it('is the same with the operators of the processor and of GPUs', async () => {
    const flow = { ...planes(4, () => 0), data: randomFloats(4 * PIXELS, 3, -6, 6) };
    const mask = { ...planes(1, () => 0), data: randomFloats(PIXELS, 4, 0, 1) };
    const [mine, theirs] = [await mixed(flow, mask), await mixed(flow, mask, false)];
    expect(largestDifference(mine, theirs)).toBeLessThan(1e-4);
  });
});
