import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { GessoError } from '../../contract/errors.ts';
import { pytorchLegacy, pytorchZip, safetensorsOf } from '../testing/pytorch.ts';
import { randomFloats } from '../testing/random.ts';
import { detectFormat } from './detect.ts';
import { openCheckpoint } from './open.ts';
import { readSafetensors } from './safetensors.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'gesso-safetensors-'));
const file = path.join(folder, 'model.safetensors');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const bytesOf = (data: Float32Array) => new Uint8Array(data.buffer);

function refusal(bytes: Uint8Array): GessoError {
  writeFileSync(file, bytes);
  const started = performance.now();
  try {
    readSafetensors(file).close();
  } catch (thrown) {
    if (!(thrown instanceof GessoError)) throw thrown;
    expect(performance.now() - started).toBeLessThan(2000);
    return thrown;
  }
  throw new Error('it was accepted');
}

const entry = (shape: number[], begin: number, end: number, dtype = 'F32') => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});

describe('a safetensors file', () => {
  test('reads back what was written, whatever the shapes', async () => {
    const shapes = fc.array(fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 }), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(shapes, async (list) => {
        const header: Record<string, unknown> = { __metadata__: { format: 'pt' } };
        const parts: Float32Array[] = [];
        let at = 0;
        list.forEach((shape, index) => {
          const values = randomFloats(
            shape.reduce((a, b) => a * b, 1),
            index,
          );
          header[`t.${index}`] = entry(shape, at, at + values.byteLength);
          at += values.byteLength;
          parts.push(values);
        });
        writeFileSync(file, safetensorsOf(header, Buffer.concat(parts.map(bytesOf))));
        const checkpoint = await openCheckpoint(file);
        const tensors = checkpoint.groups.get('')!;
        expect(tensors.size).toBe(list.length);
        parts.forEach((values, index) => {
          expect(tensors.get(`t.${index}`)!.dims).toEqual(list[index]);
          expect(tensors.get(`t.${index}`)!.floats()).toEqual(values);
        });
        checkpoint.close();
      }),
      { numRuns: 60 },
    );
  });

  test.each([
    ['a shape of another size', { a: entry([3], 0, 8) }, 8],
    ['tensors over each other', { a: entry([2], 0, 8), b: entry([2], 4, 12) }, 12],
    ['a gap', { a: entry([1], 0, 4), b: entry([1], 8, 12) }, 12],
    ['bytes at its end', { a: entry([1], 0, 4) }, 8],
    ['a tensor past its end', { a: entry([2 ** 40], 0, 2 ** 42) }, 8],
    ['places in the wrong order', { a: entry([1], 4, 0) }, 4],
    ['a negative size', { a: entry([-1], 0, 4) }, 4],
    ['an absurd size behind a zero', { a: entry([2 ** 40, 2 ** 40, 0], 0, 0) }, 0],
    ['no shape', { a: { dtype: 'F32', data_offsets: [0, 4] } }, 4],
    ['a list for a header', '[]', 0],
    ['JSON that breaks off', '{"a":', 0],
    ['brackets without end', '['.repeat(100_000), 0],
    ['values without end', `{"a":[${'0,'.repeat(1_100_000)}0]}`, 0],
  ])('with %s is broken', (_, header, data) => {
    expect(refusal(safetensorsOf(header, new Uint8Array(data))).code).toBe('model/broken');
  });

  test('with a type that Gesso does not read says which', () => {
    const error = refusal(safetensorsOf({ a: entry([4], 0, 4, 'F8_E5M2') }, new Uint8Array(4)));
    expect([error.code, error.message]).toEqual([
      'model/unknown-architecture',
      expect.stringContaining('F8_E5M2'),
    ]);
  });

  test('that promises gigabytes is refused without taking them', () => {
    const long = safetensorsOf('{}', new Uint8Array());
    long.writeBigUInt64LE(2n ** 40n);
    expect(refusal(long).code).toBe('model/broken');
    long.writeBigUInt64LE(90_000_000n);
    expect(refusal(long).code).toBe('model/broken');
    // The same with a file that is really that long, though full of holes.
    writeFileSync(file, long);
    truncateSync(file, 100_000_000);
    expect(() => readSafetensors(file)).toThrow(expect.objectContaining({ code: 'input/too-large' }));
  });

  test.each([
    ['a pickle', pytorchLegacy({}, {})],
    ['an archive', pytorchZip({}, {})],
  ])('that is really %s is unsafe', async (_, bytes) => {
    writeFileSync(file, bytes);
    await expect(detectFormat(file)).rejects.toMatchObject({ code: 'model/unsafe' });
  });
});

describe('what a file is', () => {
  test.each([
    ['a JPEG picture', Buffer.from([0xff, 0xd8, 0xff, 0xe0])],
    ['text', Buffer.from('Dear all,\nthis is no model.\n')],
    ['a PDF document', Buffer.from('%PDF-1.7\0')],
    ['data of a kind', Buffer.from([1, 2, 3, 250, 0, 0])],
  ])('is told where it is no model: %s', async (kind, bytes) => {
    const other = path.join(folder, 'other.pth');
    writeFileSync(other, bytes);
    await expect(detectFormat(other)).rejects.toMatchObject({
      code: 'input/unsupported',
      message: expect.stringContaining(`looks like ${kind}`),
    });
  });

  test('is told by its bytes and not by its name', async () => {
    const cases: [string, Uint8Array][] = [
      ['pytorch', pytorchZip({}, {})],
      ['pytorch', pytorchLegacy({}, {})],
      ['pytorch', Buffer.from("cos\nsystem\n(S'ls'\ntR.")],
      ['safetensors', safetensorsOf({ a: entry([1], 0, 4) }, new Uint8Array(4))],
    ];
    for (const [format, bytes] of cases) {
      const other = path.join(folder, 'other.bin');
      writeFileSync(other, bytes);
      expect(await detectFormat(other)).toBe(format);
    }
  });
});
