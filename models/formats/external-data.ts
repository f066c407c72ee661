import { realpathSync } from 'node:fs';
import path from 'node:path';
import { GessoError } from '../../contract/errors.ts';
import { brokenModel } from '../errors.ts';
import { ModelProto } from '../graph/proto.ts';
import type { ReadExternal } from '../graph/read.ts';
import { MAX_ONNX_BYTES, readLimited } from './bytes.ts';
import { ModelFile } from './model-file.ts';

/**
 * Weights that an ONNX model keeps in other files (onnx/docs/ExternalData.md). Only files that lie in the model's own
 * folder are read, and only as often as they have bytes, so that a small model cannot ask for the same gigabyte again
 * and again.
 */
export class ExternalData {
  readonly #model: string;
  readonly #files = new Map<string, { file: ModelFile; left: number }>();

  /** @param model the ONNX file */
  constructor(model: string) {
    this.#model = model;
  }

  /** Whether any weight lay outside the model's own file. */
  isUsed = false;

  /** Runs `step` and closes what was opened for it. */
  during<T>(step: () => T): T {
    try {
      return step();
    } finally {
      for (const { file } of this.#files.values()) file.close();
      this.#files.clear();
    }
  }

  /** The same checks without reading. @param place as ONNX words it */
  check(place: ReadonlyMap<string, string>): void {
    const { file } = this.#open(place.get('location') ?? '');
    const offset = Number(place.get('offset') ?? 0);
    const end = offset + Number(place.get('length') ?? 0);
    if (!Number.isSafeInteger(offset) || offset < 0 || !(end >= offset && end <= file.size))
      throw file.broken('a weight in it lies outside of it');
  }

  /** @throws GessoError model/unsafe for a file elsewhere, model/broken for a place outside of it, model/missing */
  readonly read: ReadExternal = (place, bytes) => {
    this.isUsed = true;
    const opened = this.#open(place.get('location') ?? '');
    const offset = Number(place.get('offset') ?? 0);
    const length = Number(place.get('length') ?? bytes);
    if (!Number.isSafeInteger(offset) || offset < 0 || length !== bytes) {
      throw opened.file.broken('a weight in it does not have the size that its shape says');
    }
    opened.left -= bytes;
    if (opened.left < 0)
      throw opened.file.broken('its weights are asked for more often than it has room for');
    return opened.file.read(offset, bytes);
  };

  #open(name: string) {
    const known = this.#files.get(name);
    if (known) return known;
    const folder = path.dirname(path.resolve(this.#model));
    const full = path.join(folder, name);
    const plain = /^[^/\\:\0]+$/.test(name) && name !== '.' && name !== '..';
    if (!plain || !staysIn(folder, full)) {
      throw new GessoError(
        'model/unsafe',
        `${this.#model} keeps weights outside its own folder: ${JSON.stringify(name.slice(0, 200))}.`,
        'Save it as one ONNX file with the weights inside, or with its weights beside it.',
      );
    }
    const file = new ModelFile(full);
    // Twice: two tensors may well share their bytes.
    const opened = { file, left: 2 * file.size };
    this.#files.set(name, opened);
    return opened;
  }
}

/**
 * Checks where an ONNX file keeps its weights, wherever in it they are named (subgraphs and functions too), before a
 * runtime opens it that follows every pointer.
 * @throws GessoError model/missing, model/broken, model/unsafe
 */
export async function checkExternalData(model: string): Promise<void> {
  const bytes = await readLimited(model, MAX_ONNX_BYTES);
  let root: object;
  try {
    root = ModelProto.decode(bytes);
  } catch (cause) {
    throw brokenModel(model, 'it is not a readable ONNX model', cause);
  }
  const external = new ExternalData(model);
  external.during(() => {
    for (const place of placesIn(root)) external.check(place);
  });
}

/** Every list of `externalData` in a message and what it holds. A stack of our own: files may nest deeply. */
function* placesIn(root: object): Generator<ReadonlyMap<string, string>> {
  const stack = [root];
  for (let message = stack.pop(); message; message = stack.pop()) {
    const { externalData } = message as { externalData?: { key?: string; value?: string }[] | null };
    if (externalData?.length)
      yield new Map(externalData.map(({ key, value }) => [key ?? '', value ?? ''] as const));
    for (const value of Object.values(message)) {
      for (const item of Array.isArray(value) ? value : [value])
        if (item && typeof item === 'object' && !ArrayBuffer.isView(item)) stack.push(item);
    }
  }
}

/** Whether a file, behind all links, still lies in the folder. One that is not there leads nowhere. */
function staysIn(folder: string, file: string): boolean {
  try {
    return path.dirname(realpathSync(file)) === realpathSync(folder);
  } catch {
    return true;
  }
}
