import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as ort from 'onnxruntime-node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ncnnGraph } from '../formats/ncnn.ts';
import { GraphBuilder } from '../graph/builder.ts';
import { writeOnnx } from '../graph/write.ts';
import { TINY_PARAM, tinyBin } from '../testing/ncnn.ts';
import { largestDifference } from '../testing/random.ts';
import { runBytes } from '../testing/run.ts';
import { testPicture } from './test-picture.ts';
import { VariantCache } from './variants.ts';

let folder: string;
let model: string;
const [SHA, OTHER] = ['a'.repeat(64), 'b'.repeat(64)];
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'gesso-variants-'));
  mkdirSync(path.join(folder, 'blobs'));
  model = path.join(folder, 'blobs', `${SHA}.onnx`);
  writeFileSync(model, writeOnnx(ncnnGraph(TINY_PARAM, tinyBin(), 'tiny', 'tiny')));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const made = () => path.join(folder, 'made');
const open = (limit?: number) => new VariantCache(made(), limit);
const SIZE = { width: 24, height: 16 };

describe('a variant of a model', () => {
  it('is made once, takes one size, and gives the same picture in either precision', async () => {
    const feeds = { input: { data: testPicture(3, 16, 24), dims: [1, 3, 16, 24] } };
    const whole = (await runBytes(ort, model, feeds)).output!;
    for (const [precision, bound] of [
      ['fp32', 1e-6],
      ['fp16', 1 / 255],
    ] as const) {
      const file = (await open().file(model, { ...SIZE, precision }))!;
      const result = (await runBytes(ort, file, feeds)).output!;
      expect(result.dims).toEqual(whole.dims);
      expect(largestDifference(result.data, whole.data)).toBeLessThan(bound);
      const wide = { input: { data: testPicture(3, 24, 24), dims: [1, 3, 24, 24] } };
      await expect(runBytes(ort, file, wide)).rejects.toThrow();
      writeFileSync(model, 'not read again');
      expect(await open().file(model, { ...SIZE, precision })).toBe(file);
      writeFileSync(model, writeOnnx(ncnnGraph(TINY_PARAM, tinyBin(), 'tiny', 'tiny')));
    }
    expect(readdirSync(made())).toHaveLength(2);
  });

  it('goes with its model, and what killed processes left goes too', async () => {
    const other = path.join(folder, 'blobs', `${OTHER}.onnx`);
    copyFileSync(model, other);
    const [mine, theirs] = [
      await open().file(model, { ...SIZE, precision: 'fp32' }),
      await open().file(other, { ...SIZE, precision: 'fp32' }),
    ];
    await open().choose(model, 'webgpu', 'fp16');
    expect(await open().choice(model, 'webgpu')).toBe('fp16');
    writeFileSync(`${theirs}.999999.ab.part`, 'half');
    await open().clean(new Set([OTHER]));
    expect(existsSync(mine!)).toBe(false);
    expect(readdirSync(made())).toEqual([path.basename(theirs!)]);
    expect(await open().choice(model, 'webgpu')).toBeUndefined();
  });

  it('makes room for itself: those that were opened longest ago go first', async () => {
    const first = (await open().file(model, { ...SIZE, precision: 'fp32' }))!;
    const second = (await open().file(model, { width: 16, height: 16, precision: 'fp32' }))!;
    // The first is opened again, later than the second.
    utimesSync(first, new Date(1000), new Date(1000));
    utimesSync(second, new Date(2000), new Date(2000));
    await open().file(model, { ...SIZE, precision: 'fp32' });
    const room = 2.5 * statSync(first).size;
    const third = (await open(room).file(model, { width: 8, height: 8, precision: 'fp32' }))!;
    expect(readdirSync(made()).sort()).toEqual([first, third].map((file) => path.basename(file)).sort());
    const last = (await open(1).file(model, { width: 9, height: 9, precision: 'fp32' }))!;
    expect(readdirSync(made())).toEqual([path.basename(last)]);
  });

  it('is not made of a file outside the store', async () => {
    const own = path.join(folder, 'own.onnx');
    copyFileSync(model, own);
    expect(await open().file(own, { ...SIZE, precision: 'fp32' })).toBeUndefined();
    expect(existsSync(made())).toBe(false);
  });

  it('is had in parts where a network looks at two pictures, with the outputs that are wanted', async () => {
    const builder = new GraphBuilder('two');
    const [a, b] = ['a', 'b'].map((name) => builder.relu(builder.input(3, name))) as [string, string];
    builder.output(builder.add(a, b), 3);
    builder.output(builder.sub(a, b), 3, 'difference');
    writeFileSync(model, writeOnnx(builder.graph));
    const asked = { ...SIZE, precision: 'fp32', onProcessor: true, outputs: ['difference'] } as const;
    const part = (is: 'each' | 'rest') => open().file(model, { ...asked, part: { of: ['a', 'b'], is } });
    const [each, rest] = [(await part('each'))!, (await part('rest'))!];
    expect(readdirSync(made()).map((name) => name.slice(65))).toEqual([
      '24x16-fp32-difference-each-a-b-cpu-v1.onnx',
      '24x16-fp32-difference-rest-a-b-cpu-v1.onnx',
    ]);
    const dims = [1, 3, 16, 24];
    const picture = (value: number) => ({ data: new Float32Array(3 * 16 * 24).fill(value), dims });
    const features = async (value: number) => (await runBytes(ort, each, { input: picture(value) })).part0!;
    const made2 = await runBytes(ort, rest, { 'a/part0': await features(3), 'b/part0': await features(-2) });
    expect(Object.keys(made2)).toEqual(['difference']);
    expect(made2.difference!.data.every((value) => value === 3)).toBe(true);
    expect(await open().file(model, { ...asked, outputs: ['depth'] })).toBeUndefined();
    writeFileSync(model, writeOnnx(ncnnGraph(TINY_PARAM, tinyBin(), 'tiny', 'tiny')));
    const one = { ...asked, outputs: ['output'], part: { of: ['input'], is: 'each' } } as const;
    expect(await open().file(model, one)).toBeUndefined();
  });
});
