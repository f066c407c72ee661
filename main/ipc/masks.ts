import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { expected, GessoError } from '../../contract/errors.ts';
import { LARGEST_MASK } from '../../contract/masks.ts';
import { storageError } from '../../models/library/storage.ts';
import { writeWhole } from '../jobs/write-whole.ts';

const PNG = Buffer.from('89504e470d0a1a0a', 'hex');
/** Where a PNG has its width and height. */
const PLACE_OF_SIZE = 16;
/** Of a side, pixels: a page makes none that are larger. */
const LARGEST_SIDE = 4096;

/**
 * Masks that were painted by hand, each a PNG named after its SHA-256: nothing in the folder is ever changed, so a step
 * of the history, a queued recipe and a project may all name one.
 */
export class Masks {
  constructor(readonly folder: string) {}

  /** @returns its id; the same mask is kept once @throws GessoError usage/invalid for what is no PNG of that size */
  save(png: Uint8Array): string {
    const bytes = Buffer.from(png.buffer, png.byteOffset, png.byteLength);
    check(bytes);
    const id = createHash('sha256').update(bytes).digest('hex');
    const file = this.#fileOf(id);
    if (existsSync(file)) return id;
    try {
      mkdirSync(this.folder, { recursive: true, mode: 0o700 });
      writeWhole(file, bytes);
    } catch (cause) {
      throw storageError(cause, file) ?? cause;
    }
    return id;
  }

  /** @throws GessoError usage/invalid where there is none */
  read(id: string): Buffer {
    return readFileSync(this.path(id));
  }

  has(id: string): boolean {
    return existsSync(this.#fileOf(id));
  }

  /** @throws GessoError usage/invalid where there is none */
  path(id: string): string {
    if (this.has(id)) return this.#fileOf(id);
    throw new GessoError('usage/invalid', 'This mask is not there any more.', 'Undo, or paint it again.');
  }

  /** Deletes those that nobody names any more. @param isNamed by a session, a history or a job that waits */
  prune(isNamed: (id: string) => boolean): void {
    if (!existsSync(this.folder)) return;
    for (const name of readdirSync(this.folder)) {
      const [id = ''] = name.split('.');
      if (name.endsWith('.part') || !isNamed(id)) rmSync(path.join(this.folder, name), { force: true });
    }
  }

  #fileOf(id: string): string {
    return path.join(this.folder, `${id}.png`);
  }
}

function check(bytes: Buffer): void {
  const isWhole = bytes.length > PLACE_OF_SIZE + 8 && bytes.length <= LARGEST_MASK;
  const isPng = isWhole && bytes.subarray(0, PNG.length).equals(PNG);
  const sides = isPng ? [bytes.readUInt32BE(PLACE_OF_SIZE), bytes.readUInt32BE(PLACE_OF_SIZE + 4)] : [];
  if (sides.length === 2 && sides.every((side) => side >= 1 && side <= LARGEST_SIDE)) return;
  throw new GessoError(
    'usage/invalid',
    expected(`a PNG of at most ${LARGEST_SIDE} pixels a side`, 'a mask', `${bytes.length} bytes`),
    'Paint it again.',
  );
}
