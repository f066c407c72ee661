import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Graph } from '../graph/graph.ts';
import { toHalf } from '../graph/half.ts';
import { dropDeadCode } from '../graph/passes/dead-code.ts';
import { readOnnx } from '../graph/read.ts';
import { sampleByDeforming } from '../graph/sample-by-deforming.ts';
import { specialise } from '../graph/specialise.ts';
import { split } from '../graph/split.ts';
import { writeOnnx } from '../graph/write.ts';
import { isAlive } from './fetch/lock.ts';
import { fsyncFile } from './storage.ts';

/** Belongs to the passes that make a variant: when one of them changes, what was made before is made anew. */
const VERSION = 1;
/** What all variants together may take on the disk, bytes; the least recently opened go first. */
const MAX_BYTES = 2 ** 30;
/** Making one takes some three times the model's size in memory. */
const MAX_MODEL_BYTES = 2 ** 29;

/** Where engines keep what they made of installed models for one device. @param folder Gesso's data folder */
export function variantsFolder(folder: string): string {
  return path.join(folder, 'cache', 'variants');
}

/** One shape of input, and how products compute. */
export interface Variant {
  readonly width: number;
  readonly height: number;
  readonly precision: 'fp32' | 'fp16';
  /** The outputs that are wanted: what only serves others goes. Left out: all. */
  readonly outputs?: readonly string[] | undefined;
  /** Left out: the whole network. */
  readonly part?: Part | undefined;
  /** For the processor, with operators that only it has. */
  readonly onProcessor?: boolean | undefined;
}

/** Of a network that looks at several pictures of one size (`split`). */
export interface Part {
  /** The pictures' inputs. */
  readonly of: readonly string[];
  /** What hangs on one of them alone, or the rest. */
  readonly is: 'each' | 'rest';
}

/**
 * Installed networks rewritten for a device: for tiles of one size, and with half floats. They can be made again at any
 * time, so the folder is a cache:
 *
 *     <sha256>-<width>x<height>-<precision>-v<version>.onnx   named by the blob that it was made of
 *     <sha256>-<width>x<height>-<precision>-<outputs>-<part>-<pictures>-cpu-v<version>.onnx
 *     <sha256>-<device>-v<version>.txt                        the precision that a trial on that device chose
 *
 * A file has its name only when it is whole and synced; several processes may make the same one at once.
 */
export class VariantCache {
  readonly #folder: string;
  readonly #limit: number;

  /** @param folder made when the first variant arrives @param limit bytes on the disk */
  constructor(folder: string, limit = MAX_BYTES) {
    this.#folder = folder;
    this.#limit = limit;
  }

  /**
   * The variant's file, made now where it is not there yet.
   * @param model an ONNX file of the store, named by its hash
   * @returns undefined where there is none for such a model: not of the store, too large, sizes of other axes open, or
   * without such outputs or parts
   */
  async file(model: string, variant: Variant): Promise<string | undefined> {
    const sha256 = hashIn(model);
    if (!sha256) return undefined;
    const file = path.join(this.#folder, `${sha256}-${nameOf(variant)}-v${VERSION}.onnx`);
    if (existsSync(file)) {
      await utimes(file, new Date(), new Date()).catch(() => {});
      return file;
    }
    if ((await stat(model)).size > MAX_MODEL_BYTES) return undefined;
    const bytes = makeVariant(await readFile(model), model, variant);
    if (!bytes) return undefined;
    await this.#write(file, bytes);
    await this.#prune(file);
    return file;
  }

  /** What a trial chose for this model on this device; undefined where there was none yet. */
  async choice(model: string, device: string): Promise<Variant['precision'] | undefined> {
    const text = await readFile(this.#choiceFile(model, device), 'utf8').catch(() => '');
    return text === 'fp32' || text === 'fp16' ? text : undefined;
  }

  async choose(model: string, device: string, precision: Variant['precision']): Promise<void> {
    await this.#write(this.#choiceFile(model, device), Buffer.from(precision));
  }

  /** Takes one away that does not do what it should. */
  async drop(file: string): Promise<void> {
    await rm(file, { force: true, maxRetries: 3 });
  }

  /** Removes what belongs to no model any more, and what killed processes left. @param kept hashes of the models */
  async clean(kept: ReadonlySet<string>): Promise<void> {
    for (const name of await readdir(this.#folder).catch(() => [])) {
      const isStray = isPart(name) ? !isAlive(pidIn(name)) && pidIn(name) !== process.pid : false;
      if (isStray || !kept.has(name.slice(0, 64))) await this.#remove(name);
    }
  }

  #choiceFile(model: string, device: string): string {
    return path.join(this.#folder, `${hashIn(model)}-${device}-v${VERSION}.txt`);
  }

  async #write(file: string, bytes: Uint8Array): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    const part = `${file}.${process.pid}.${randomBytes(4).toString('hex')}.part`;
    try {
      await writeFile(part, bytes, { flag: 'wx' });
      await fsyncFile(part);
      await rename(part, file);
    } catch (thrown) {
      await rm(part, { force: true });
      throw thrown;
    }
  }

  async #prune(fresh: string): Promise<void> {
    const names = await readdir(this.#folder);
    const files = await Promise.all(
      names.map(async (name) => ({
        name,
        ...sizeOf(await stat(path.join(this.#folder, name)).catch(() => 0)),
      })),
    );
    let total = files.reduce((sum, { size }) => sum + size, 0);
    for (const { name, size } of files.toSorted((a, b) => a.mtimeMs - b.mtimeMs)) {
      if (total <= this.#limit) return;
      if (name === path.basename(fresh) || (isPart(name) && isAlive(pidIn(name)))) continue;
      await this.#remove(name);
      total -= size;
    }
  }

  /** Windows does not let go of a file that a session is reading; the next clean-up takes it. */
  async #remove(name: string): Promise<void> {
    await rm(path.join(this.#folder, name), { force: true }).catch(() => {});
  }
}

/** @returns undefined where the model has open sizes that are not those of a picture */
function makeVariant(bytes: Uint8Array, model: string, variant: Variant): Uint8Array | undefined {
  const graph = readOnnx(bytes, model);
  const isPicture = graph.inputs.every(({ dims }) =>
    dims.every((dim, axis) => typeof dim === 'number' || (dims.length === 4 && axis !== 1)),
  );
  if (!isPicture) return undefined;
  const fixed = specialise(graph, variant);
  const wanted = variant.outputs ? withOutputs(fixed, variant.outputs) : fixed;
  const asked = wanted && variant.part ? split(wanted, variant.part.of)?.[variant.part.is] : wanted;
  if (!asked) return undefined;
  if (variant.onProcessor) sampleByDeforming(asked);
  return writeOnnx(variant.precision === 'fp16' ? toHalf(asked) : asked);
}

/** @returns undefined where one of them is lacking */
function withOutputs(graph: Graph, wanted: readonly string[]): Graph | undefined {
  const outputs = graph.outputs.filter(({ name }) => wanted.includes(name));
  if (outputs.length !== wanted.length) return undefined;
  const kept = { ...graph, outputs };
  dropDeadCode(kept);
  return kept;
}

function nameOf({ width, height, precision, outputs, part, onProcessor }: Variant): string {
  const words = [`${width}x${height}`, precision, ...(outputs ?? [])];
  if (part) words.push(part.is, ...part.of);
  if (onProcessor) words.push('cpu');
  return words.join('-');
}

function hashIn(model: string): string | undefined {
  return /^([0-9a-f]{64})\.onnx$/.exec(path.basename(model))?.[1];
}

function isPart(name: string): boolean {
  return name.endsWith('.part');
}

/** Of `<file>.<pid>.<random>.part`. */
function pidIn(name: string): number {
  return Number(name.split('.').at(-3));
}

function sizeOf(found: { size: number; mtimeMs: number } | 0): { size: number; mtimeMs: number } {
  return found ? { size: found.size, mtimeMs: found.mtimeMs } : { size: 0, mtimeMs: 0 };
}
