import { randomUUID } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { freshFolder } from './fresh-folder.ts';

/** Parts of results that are on their way to the canvas, as files of the cache under opaque ids. */
export class Pieces {
  /** The engine leaves them here; the real folder. */
  readonly folder: string;
  readonly #files = new Map<string, string>();

  constructor(folder: string) {
    this.folder = freshFolder(folder);
  }

  /** The address of a file in the folder. */
  urlOf(file: string): string {
    const id = randomUUID();
    this.#files.set(id, file);
    return `gesso://picture/piece/${id}`;
  }

  fileOf(id: string): string | undefined {
    return this.#files.get(id);
  }

  /** Forgets all of them: the canvas holds what it has read. */
  clear(): void {
    for (const name of readdirSync(this.folder)) rmSync(path.join(this.folder, name), { force: true });
    this.#files.clear();
  }
}
