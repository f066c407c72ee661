import { realpathSync } from 'node:fs';
import path from 'node:path';
import { GessoError } from '../../contract/errors.ts';
import type { ReadExternal } from '../graph/read.ts';
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

/** Whether a file, behind all links, still lies in the folder. One that is not there leads nowhere. */
function staysIn(folder: string, file: string): boolean {
  try {
    return path.dirname(realpathSync(file)) === realpathSync(folder);
  } catch {
    return true;
  }
}
