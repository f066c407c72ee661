import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as ort from 'onnxruntime-node';
import { afterAll, describe, expect, it } from 'vitest';
import { GraphBuilder } from '../graph/builder.ts';
import { writeOnnx } from '../graph/write.ts';
import { tinyEntry } from '../testing/library.ts';
import { largestDifference, randomFloats } from '../testing/random.ts';
import { runBytes, runnerOf } from '../testing/run.ts';
import { proveInstalled } from './check.ts';
import { convertSource } from './convert.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'gesso-latent-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SIZE = 6;

interface Kind {
  readonly dims?: readonly (number | string)[];
  readonly channels?: number;
  /** What is done with what the network makes, -1..1. */
  readonly last?: (builder: GraphBuilder, value: string) => string;
  /** What values inside are called. */
  readonly inside?: string;
}

/** A foreign file of a network that makes pictures of 4 x 4 pixels. */
function filed(name: string, { dims = ['batch', SIZE], channels = 3, last, inside }: Kind = {}): string {
  const builder = new GraphBuilder('foreign');
  const { graph } = builder;
  const input = builder.extraInput('noise', dims);
  const list = builder.node('Reshape', [input, builder.ints([-1, SIZE, 1, 1])], {}, inside);
  const weight = builder.constant(randomFloats(SIZE * channels * 16, 5), [SIZE, channels, 4, 4]);
  const drawn = builder.node('ConvTranspose', [list, weight], { kernel_shape: { ints: [4, 4] } });
  const curved = builder.node('Tanh', [drawn]);
  builder.node('Identity', [last ? last(builder, curved) : curved], {}, 'images');
  graph.outputs.push({ name: 'images', type: 'float32', dims: ['batch', channels, 4, 4] });
  const file = path.join(folder, `${name}.onnx`);
  writeFileSync(file, writeOnnx(graph));
  return file;
}

const run = runnerOf(ort);
/** Each conversion has a folder of its own: files are opened once. */
let made = 0;
const z = randomFloats(SIZE, 3, -2, 2);

function converted(file: string, conditions?: string[]) {
  made += 1;
  const id = `${path.parse(file).name}-${made}`;
  const entry = {
    ...tinyEntry(),
    ...({ id, task: 'generate', scale: 1 } as const),
    ...(conditions && { conditions }),
  };
  return convertSource(
    { entry, files: [file], outFolder: path.join(folder, `${id}-made`), isOwn: true },
    run,
  );
}

/** What the file itself gives, as it gives it. */
async function asFiled(file: string, dims: readonly number[] = [1, SIZE]): Promise<Float32Array> {
  return (await runBytes(ort, readFileSync(file), { noise: { data: z, dims } })).images!.data;
}

describe('an ONNX file that makes pictures of numbers', () => {
  it.each<[string, Kind, number, number]>([
    ['-1 to 1', {}, -1, 1],
    ['0 to 1', { last: (builder, value) => builder.sigmoid(value) }, 0, 1],
    [
      '0 to 255',
      { last: (builder, value) => builder.scale(builder.add(value, builder.scalar(1)), 127.5) },
      0,
      255,
    ],
  ])('is brought to 0..1 from %s', async (name, kind, low, high) => {
    const file = filed(name.replaceAll(' ', '-'), kind);
    const { file: made, descriptor } = await converted(file);
    expect(descriptor).toMatchObject({
      task: 'generate',
      input: 'z',
      latent: { size: SIZE, width: 4, height: 4 },
    });
    expect(descriptor.latent?.conditions).toBeUndefined();
    const { output } = await run(made, { z: { data: z, dims: [1, SIZE] } });
    const wanted = (await asFiled(file)).map((value) => (value - low) / (high - low));
    expect(largestDifference(output!.data, wanted)).toBeLessThan(1e-6);
    expect(readdirSync(path.dirname(made))).toEqual([path.basename(made)]);
  });

  it('may take its numbers as pixels and call values inside as our ports are called; grey becomes RGB', async () => {
    const file = filed('pixels', { dims: [1, SIZE, 1, 1], channels: 1, inside: 'output' });
    const { file: made } = await converted(file);
    const { output } = await run(made, { z: { data: z, dims: [1, SIZE] } });
    const grey = (await asFiled(file, [1, SIZE, 1, 1])).map((value) => (value + 1) / 2);
    expect(largestDifference(output!.data, [...grey, ...grey, ...grey])).toBeLessThan(1e-6);
  });

  it('has the conditions that are said of it, and is proved again when it is verified', async () => {
    const file = filed('told');
    const { file: made, descriptor } = await converted(file, ['day', 'night']);
    expect(descriptor.latent).toEqual({ size: SIZE - 2, width: 4, height: 4, conditions: ['day', 'night'] });
    const { output } = await run(made, {
      z: { data: z.subarray(0, SIZE - 2), dims: [1, SIZE - 2] },
      condition: { data: z.subarray(SIZE - 2), dims: [1, 2] },
    });
    const wanted = (await asFiled(file)).map((value) => (value + 1) / 2);
    expect(largestDifference(output!.data, wanted)).toBeLessThan(1e-6);
    await proveInstalled(descriptor, made, run);
    const other = { ...descriptor, latent: { ...descriptor.latent!, width: 8 } };
    await expect(proveInstalled(other, made, run)).rejects.toMatchObject({ code: 'model/broken' });
  });

  it('may take its condition by itself: that has numbers for names where nobody names it', async () => {
    const { file } = await converted(filed('inner'), ['day', 'night']);
    const plain = await converted(file);
    expect(plain.descriptor.latent).toMatchObject({ size: SIZE - 2, conditions: ['1', '2'] });
    const named = await converted(file, ['day', 'night']);
    expect(named.descriptor.latent?.conditions).toEqual(['day', 'night']);
    const feeds = {
      z: { data: z.subarray(0, SIZE - 2), dims: [1, SIZE - 2] },
      condition: { data: z.subarray(SIZE - 2), dims: [1, 2] },
    };
    const [before, after] = [await run(file, feeds), await run(plain.file, feeds)];
    expect(largestDifference(after.output!.data, before.output!.data)).toBeLessThan(1e-6);
    await expect(converted(file, ['a', 'b', 'c'])).rejects.toMatchObject({
      message: expect.stringContaining('2 conditions, not 3'),
    });
  });

  it.each<[string, Kind, string, string]>([
    [
      'numbers of no range',
      { last: (builder, value) => builder.scale(value, 1e4) },
      'model/broken',
      'no range of pictures',
    ],
    [
      'another picture each time',
      {
        last: (builder, value) =>
          builder.add(value, builder.node('RandomNormalLike', [value], { scale: { float: 0.1 } })),
      },
      'model/broken',
      'each time',
    ],
    [
      'the same picture of all',
      { last: (builder, value) => builder.scale(value, 0) },
      'model/broken',
      'of any numbers',
    ],
    ['eight at a time', { dims: [8, SIZE] }, 'model/unknown-architecture', '8 pictures at a time'],
    ['four channels', { channels: 4 }, 'model/unknown-architecture', 'pictures of 4 channels'],
  ])('is refused where it makes %s', async (name, kind, code, why) => {
    const file = filed(name.replaceAll(' ', '-'), kind);
    await expect(converted(file)).rejects.toMatchObject({ code, message: expect.stringContaining(why) });
  });

  it('is refused where more conditions are said of it than it takes numbers', async () => {
    const names = Array.from({ length: SIZE }, (_, at) => `kind ${at}`);
    await expect(converted(filed('few'), names)).rejects.toMatchObject({ code: 'model/broken' });
  });
});
