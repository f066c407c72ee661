import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { GessoError } from '../../contract/errors.ts';
import {
  floatStorage,
  pickled,
  pytorchLegacy,
  pytorchZip,
  rowMajor,
  type Written,
} from '../testing/pytorch.ts';
import { randomFloats } from '../testing/random.ts';
import { zipOf } from '../testing/zip.ts';
import { readPytorch } from './pytorch.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'gesso-pytorch-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The values of every tensor, by group and name. */
function read(bytes: Uint8Array): Record<string, Record<string, number[]>> {
  const file = path.join(folder, 'model.pth');
  writeFileSync(file, bytes);
  const checkpoint = readPytorch(file);
  try {
    const groups = [...checkpoint.groups].map(([group, tensors]) => [
      group,
      Object.fromEntries([...tensors].map(([name, tensor]) => [name, [...tensor.floats()]])),
    ]);
    return Object.fromEntries(groups);
  } finally {
    checkpoint.close();
  }
}

/** How the file is refused: quickly, typed, and with nothing written. */
function refusal(bytes: Uint8Array): GessoError {
  const started = performance.now();
  try {
    read(bytes);
  } catch (thrown) {
    if (!(thrown instanceof GessoError)) throw thrown;
    expect(performance.now() - started).toBeLessThan(2000);
    expect(readdirSync(folder)).toEqual(['model.pth']);
    return thrown;
  }
  throw new Error('it was accepted');
}

const asked = (value: Uint8Array) => refusal(zipOf({ 'top/data.pkl': pickled.whole(value) }));
const storages = { '0': floatStorage(Float32Array.of(1, 2, 3, 4, 5, 6)) };
const plain: Written = { weight: { storage: '0', dims: [2, 3] } };

describe.each([
  ['an archive', pytorchZip],
  ['the old form', pytorchLegacy],
] as const)('a checkpoint of PyTorch as %s', (_, write) => {
  test('opens with its dictionaries as groups, and tensors may share a storage', () => {
    const written = {
      top: { storage: '0', dims: [] },
      state_dict: { a: { storage: '0', dims: [2, 3] }, b: { storage: '0', dims: [2], offset: 4 } },
      deep: { inner: { c: { storage: '0', dims: [3, 2], strides: [1, 3] } } },
    };
    expect(read(write(written, storages))).toEqual({
      '': { top: [1] },
      state_dict: { a: [1, 2, 3, 4, 5, 6], b: [5, 6] },
      'deep.inner': { c: [1, 4, 2, 5, 3, 6] },
    });
  });

  test('any view that lies in its storage reads as a naive walk does', () => {
    const view = fc
      .array(fc.record({ dim: fc.integer({ min: 0, max: 4 }), stride: fc.integer({ min: 0, max: 9 }) }), {
        maxLength: 4,
      })
      .map((axes) => ({ dims: axes.map(({ dim }) => dim), strides: axes.map(({ stride }) => stride) }));
    fc.assert(
      fc.property(view, fc.integer({ min: 0, max: 5 }), ({ dims, strides }, offset) => {
        const values = randomFloats(
          offset + 1 + dims.reduce((sum, dim, axis) => sum + dim * strides[axis]!, 0),
          3,
        );
        const written = { x: { storage: '0', dims, strides, offset } };
        expect(read(write(written, { '0': floatStorage(values) }))['']!.x).toEqual(
          walk(values, dims, strides, offset),
        );
      }),
      { numRuns: 100 },
    );
  });

  test('a view past the end of its storage is refused', () => {
    for (const tensor of [
      { storage: '0', dims: [7] },
      { storage: '0', dims: [2, 3], offset: 1 },
      { storage: '0', dims: [2], strides: [6] },
      { storage: '0', dims: [2 ** 40, 2 ** 40], strides: [0, 0] },
      { storage: '0', dims: [2 ** 30], strides: [0] },
      { storage: '0', dims: [-1] },
    ]) {
      expect(refusal(write({ x: tensor }, storages)).code).toBe('model/broken');
    }
  });

  test('a storage shorter than it says is refused, and so is a file that is cut anywhere', () => {
    const whole = write(plain, storages);
    const lying = { '0': { ...storages['0'], count: 2 ** 50 } };
    expect(refusal(write({ x: { storage: '0', dims: [2 ** 50] } }, lying)).code).toBe('model/broken');
    for (let length = 1; length < whole.byteLength; length += 7) {
      expect(refusal(whole.subarray(0, length)).code).toMatch(/^model\//);
    }
  });
});

function walk(values: Float32Array, dims: number[], strides: number[], offset: number): number[] {
  const [dim, ...restDims] = dims;
  const [stride = 0, ...restStrides] = strides;
  if (dim === undefined) return [values[offset]!];
  return Array.from({ length: dim }, (_, index) =>
    walk(values, restDims, restStrides, offset + index * stride),
  ).flat();
}

describe('the types of PyTorch', () => {
  test.each([
    ['float64', new Float64Array([0.5, -2]), [0.5, -2]],
    ['float16', new Uint16Array([0x3800, 0xc000]), [0.5, -2]],
    ['bfloat16', new Uint16Array([0x3f00, 0xc000]), [0.5, -2]],
    ['int64', new BigInt64Array([-3n, 7n]), [-3, 7]],
    ['int32', new Int32Array([-3, 7]), [-3, 7]],
    ['int16', new Int16Array([-3, 7]), [-3, 7]],
    ['int8', new Int8Array([-3, 7]), [-3, 7]],
    ['uint8', new Uint8Array([3, 250]), [3, 250]],
    ['bool', new Uint8Array([0, 1]), [0, 1]],
  ] as const)('%s becomes float32, in either order of bytes', (type, values, expected) => {
    const bytes = Buffer.from(values.buffer.slice(0));
    const swapped = Buffer.from(bytes);
    if (values.BYTES_PER_ELEMENT === 8) swapped.swap64();
    if (values.BYTES_PER_ELEMENT === 4) swapped.swap32();
    if (values.BYTES_PER_ELEMENT === 2) swapped.swap16();
    const written = { x: { storage: 'k', dims: [2] } };
    expect(read(pytorchZip(written, { k: { type, bytes, count: 2 } }))['']!.x).toEqual(expected);
    const big = { 'top/byteorder': Buffer.from('big') };
    expect(read(pytorchZip(written, { k: { type, bytes: swapped, count: 2 } }, big))['']!.x).toEqual(
      expected,
    );
  });

  test('a float that is no number is refused when it is read', () => {
    const written = { x: { storage: '0', dims: [1] } };
    const bytes = pytorchZip(written, { '0': floatStorage(Float32Array.of(Number.NaN)) });
    expect(refusal(bytes).code).toBe('model/broken');
  });
});

describe('the pickle reader', () => {
  test.each([
    ['os', 'system'],
    ['builtins', 'eval'],
    ['builtins', 'getattr'],
    ['torch.nn.modules.conv', 'Conv2d'],
    ['torch', 'load'],
    ['__main__', 'Net'],
    ['torch.serialization', 'FloatStorage'],
    ['collections', '__proto__'],
  ])('refuses %s.%s by its name', (module, name) => {
    const error = asked(pickled.call(pickled.global(module, name), [pickled.text('touch x')]));
    expect(error.code).toBe('model/unsafe');
    expect(error.message).toContain(`${module}.${name}`);
  });

  test('refuses what builds a name on the stack, old instructions, extensions, and changes of classes', () => {
    const stacked = Buffer.concat([pickled.text('os'), pickled.text('system'), Buffer.of(0x93)]);
    expect(asked(stacked).message).toContain('os.system');
    expect(asked(Buffer.from('(ios\nsystem\n')).message).toContain('os.system');
    expect(asked(Buffer.of(0x82, 1)).code).toBe('model/unsafe');
    expect(asked(Buffer.from('ctorch\nSize\n}b')).code).toBe('model/unsafe');
    expect(asked(pickled.call(pickled.global('torch', 'FloatStorage'), [])).code).toBe('model/unsafe');
  });

  test('opens what training leaves beside the tensors without looking into it', () => {
    const state = pickled.call(pickled.global('argparse', 'Namespace'), []);
    const entries = pickled.dict([
      ['hyper', Buffer.concat([state, pickled.dict([['lr', pickled.int(1)]]), Buffer.from('b')])],
      ['epoch', pickled.int(3)],
    ]);
    expect(read(zipOf({ 'top/data.pkl': pickled.whole(entries) }))).toEqual({});
  });

  test('takes neither cycles nor billions of laughs for tensors, and returns at once', () => {
    // A dictionary that holds itself, and one of ten levels that each hold the one below ten times.
    expect(
      read(zipOf({ 'top/data.pkl': pickled.whole(Buffer.from('}q\0X\x01\0\0\0ah\0s', 'latin1')) })),
    ).toEqual({});
    let laughs: Buffer = pickled.dict([]);
    for (let level = 0; level < 30; level += 1) {
      const again = Array.from({ length: 9 }, (_, index) => [`k${index}`, Buffer.of(0x68, level)] as const);
      laughs = pickled.dict([['k', Buffer.concat([laughs, Buffer.of(0x71, level)])], ...again]);
    }
    expect(read(zipOf({ 'top/data.pkl': pickled.whole(laughs) }))).toEqual({});
  });

  test('bounds the stack, the memory and the objects', () => {
    const million = (text: string, count = 1_000_000) => Buffer.from(text.repeat(count), 'latin1');
    expect(asked(million('N')).code).toBe('model/broken');
    expect(asked(million('}0')).code).toBe('model/broken');
    expect(asked(million('(')).code).toBe('model/broken');
    expect(asked(Buffer.from('Nr\xff\xff\xff\xff', 'latin1')).code).toBe('model/broken');
    expect(asked(Buffer.from('\x8b\xff\xff\xff\xff', 'latin1')).code).toBe('model/broken');
    expect(asked(Buffer.from('X\xff\xff\xff\xff', 'latin1')).code).toBe('model/broken');
  });
});

describe('the archive of a checkpoint', () => {
  const whole = pytorchZip(plain, storages);

  test('is refused where it is no checkpoint, or a program', () => {
    expect(refusal(zipOf({ 'a/readme.txt': Buffer.from('x') })).code).toBe('input/unsupported');
    const script = pytorchZip(plain, storages, { 'top/constants.pkl': Buffer.from('N.') });
    expect(refusal(script).message).toContain('TorchScript');
  });

  test.each(['../data.pkl', '/etc/data.pkl', 'a\\..\\..\\x', 'C:/x'])('is refused with a file %s', (name) => {
    expect(refusal(pytorchZip(plain, storages, { [name]: Buffer.from('x') })).code).toBe('model/unsafe');
  });

  test('is refused where its list of files lies', () => {
    const directory = whole.lastIndexOf('PK\x01\x02');
    for (const [offset, value] of [
      [20, 2 ** 31], // its packed size
      [24, 2 ** 31], // its size
      [42, 0], // its place: over another file
      [42, 2 ** 31],
      [28, 60_000], // the length of its name
    ] as const) {
      const lying = Buffer.from(whole);
      if (offset === 28) lying.writeUInt16LE(value, directory + offset);
      else lying.writeUInt32LE(value, directory + offset);
      expect(refusal(lying).code).toBe('model/broken');
    }
  });

  test('is never inflated', () => {
    const packed = Buffer.from(whole);
    const directory = packed.indexOf('PK\x01\x02');
    packed.writeUInt16LE(8, directory + 10);
    expect(refusal(packed).code).toBe('model/unknown-architecture');
  });
});

test('the tar form is refused by its name, a pickle of somebody else by what it is', () => {
  const tar = Buffer.alloc(1024);
  tar.write('ustar', 257);
  expect(refusal(tar).message).toContain('tar form');
  expect(refusal(pickled.whole(pickled.int(1))).code).toBe('model/unknown-architecture');
  expect(rowMajor([2, 3])).toEqual([3, 1]);
});
