import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { GessoError } from '../../contract/errors.ts';
import { brokenModel } from '../errors.ts';

/** A file held open for reading at given places; nothing of it is in memory but what was asked for. */
export class ModelFile {
  /** As it was given, for messages. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  readonly #handle: number;
  #open = true;

  /** @throws GessoError model/missing where it is not there, is no plain file or may not be read */
  constructor(file: string) {
    this.name = file;
    let handle: number | undefined;
    try {
      handle = openSync(file, 'r');
      const stat = fstatSync(handle);
      if (!stat.isFile()) throw new Error('not a plain file');
      this.size = stat.size;
    } catch (cause) {
      if (handle !== undefined) closeSync(handle);
      const hint = 'Check the name, and that you may read it.';
      throw new GessoError('model/missing', `${file} cannot be read.`, hint, cause);
    }
    this.#handle = handle;
  }

  /**
   * @param offset in bytes @param length in bytes
   * @throws GessoError model/broken where that is not all inside the file, before anything is allocated
   */
  read(offset: number, length: number): Buffer<ArrayBuffer> {
    if (!(offset >= 0 && length >= 0 && offset + length <= this.size) || !Number.isSafeInteger(offset)) {
      throw this.broken('it ends before its contents do');
    }
    const bytes = Buffer.from(new ArrayBuffer(length));
    for (let done = 0; done < length; ) {
      const count = this.#open ? this.#readSome(bytes, done, offset + done) : 0;
      // The file may have been cut since its size was taken.
      if (count === 0) throw this.broken('it was changed or closed while it was read');
      done += count;
    }
    return bytes;
  }

  #readSome(bytes: Buffer, done: number, position: number): number {
    try {
      return readSync(this.#handle, bytes, done, Math.min(bytes.byteLength - done, 2 ** 30), position);
    } catch (cause) {
      throw brokenModel(this.name, 'it cannot be read', cause);
    }
  }

  broken(why: string, cause?: unknown): GessoError {
    return brokenModel(this.name, why, cause);
  }

  close(): void {
    if (this.#open) closeSync(this.#handle);
    this.#open = false;
  }
}
