import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { GessoError } from '../../contract/errors.ts';
import { openCheckpoint, openModel } from '../formats/open.ts';
import { writeOnnx } from '../graph/write.ts';
import type { FuzzSeed } from './fuzz-seeds.ts';

/** What came of one damaged model. */
export interface Outcome {
  /** `opened`, the code it was refused with, or `crash`. */
  readonly code: string;
  readonly ms: number;
  /** What a crash was: an error without a code, or a bound that was passed. */
  readonly why?: string;
}

const MAX_MS = 2000;
const MAX_GROWTH = 200 * 2 ** 20;

/** Numbers between 0 and 2^32 - 1, the same for the same seed (xorshift32). */
function generator(seed: number): (below: number) => number {
  let state = seed >>> 0 || 1;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state;
  };
  // The first numbers of neighbouring seeds look alike.
  for (let index = 0; index < 8; index += 1) next();
  return (below) => next() % Math.max(1, below);
}

/** Numbers that sizes and places lie with. */
const SIZES = [0, 1, 0x7f, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff, 0x10000000];

/**
 * Damages one of a model's files in one to four places: flipped bits, sizes that lie, pieces cut out, doubled, swapped
 * or filled, a cut end. Most of it in the file's first and last 8 KB, where the formats keep their structure.
 */
export function damage(seed: FuzzSeed, number: number): FuzzSeed['files'] {
  const random = generator(number * 2_654_435_761);
  const names = Object.keys(seed.files);
  const name = names[random(names.length)] ?? '';
  let bytes: Buffer = Buffer.from(seed.files[name] ?? []);
  for (let left = 1 + random(4); left > 0 && bytes.byteLength > 0; left -= 1) {
    const at = placeIn(bytes.byteLength, random);
    const length = 1 + random(random(4) === 0 ? 4096 : 16);
    switch (random(9)) {
      case 0:
      case 1:
        bytes[at] = (bytes[at] ?? 0) ^ (1 << random(8));
        break;
      case 2:
        bytes[at] = random(256);
        break;
      case 3: {
        const size = Buffer.alloc(4);
        size.writeUInt32LE(SIZES[random(SIZES.length)] ?? 0);
        size.copy(bytes, at, 0, Math.min([1, 2, 4][random(3)] ?? 1, bytes.byteLength - at));
        break;
      }
      case 4:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
        break;
      case 5:
        bytes = Buffer.concat([bytes.subarray(0, at + length), bytes.subarray(at)]);
        break;
      case 6:
        bytes.copyWithin(placeIn(bytes.byteLength, random), at, at + length);
        break;
      case 7:
        bytes.fill(random(256), at, Math.min(at + length, bytes.byteLength));
        break;
      default:
        // Rarely: a cut file is soon told.
        if (random(4) === 0) bytes = bytes.subarray(0, at);
        else if (isDigit(bytes[at])) bytes[at] = 0x30 + random(10);
        else bytes[at] = (bytes[at] ?? 0) + 1;
    }
  }
  return { ...seed.files, [name]: bytes };
}

function placeIn(length: number, random: (below: number) => number): number {
  const near = Math.min(length, 8192);
  const where = random(5);
  if (where < 2) return random(near);
  return where < 4 ? length - 1 - random(near) : random(length);
}

function isDigit(code: number | undefined): boolean {
  return code !== undefined && code >= 0x30 && code <= 0x39;
}

/** Writes a damaged model into `folder`, opens it all the way, reads every tensor, and says what came of it. */
export async function tryCase(files: FuzzSeed['files'], folder: string): Promise<Outcome> {
  for (const [name, bytes] of Object.entries(files)) writeFileSync(path.join(folder, name), bytes);
  return tryFile(path.join(folder, Object.keys(files)[0] ?? ''));
}

/** The same for a file that is there. */
export async function tryFile(file: string, mayGrow = MAX_GROWTH): Promise<Outcome> {
  const before = anonymousBytes();
  const started = performance.now();
  const [code, why] = await openAll(file);
  const ms = performance.now() - started;
  const grown = anonymousBytes() - before;
  if (why) return { code, ms, why };
  if (ms > MAX_MS) return { code: 'crash', ms, why: `it took ${Math.round(ms)} ms` };
  if (grown > mayGrow) return { code: 'crash', ms, why: `it took ${Math.round(grown / 2 ** 20)} MB` };
  return { code, ms };
}

async function openAll(file: string): Promise<[code: string, why?: string]> {
  try {
    await readTensors(file);
    writeOnnx((await openModel(file)).graph);
    return ['opened'];
  } catch (thrown) {
    if (thrown instanceof GessoError && thrown.code !== 'internal/bug') return [thrown.code];
    return ['crash', thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)];
  }
}

/** A checkpoint of a network that is not recognised is still read to its last tensor. */
async function readTensors(file: string): Promise<void> {
  if (!/\.(pth|pt|ckpt|safetensors)$/.test(file)) return;
  const checkpoint = await openCheckpoint(file);
  try {
    for (const tensors of checkpoint.groups.values()) for (const tensor of tensors.values()) tensor.floats();
  } finally {
    checkpoint.close();
  }
}

/** Bytes of memory that are this process's own; 0 where the system does not tell. */
function anonymousBytes(): number {
  if (process.platform !== 'linux') return 0;
  return 1024 * Number(/RssAnon:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0);
}
