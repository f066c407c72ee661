import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { GessoError } from '../../contract/errors.ts';
import type { StylePictureView } from '../../contract/views.ts';
import { writeWhole } from '../jobs/write-whole.ts';
import type { Previews } from './previews.ts';
import { toRecord } from './serve.ts';

/** The shelf is for choosing from; who has more keeps them in folders. */
const MOST = 60;

/** Ids are kept with the paths: what a session chose is still chosen after a restart. */
const stored = z.object({
  gesso: z.literal(1),
  pictures: z.array(z.object({ id: z.uuid(), path: z.string() })).transform((all) => all.slice(0, MOST)),
});
type Kept = z.infer<typeof stored>['pictures'][number];

export interface StylePicturesOptions {
  file: string;
  previews: Previews;
  changed(pictures: StylePictureView[]): void;
  onProblem(problem: unknown): void;
}

/** Pictures whose styles the user paints in, in a file of their own; the newest first. A broken file is as good as none. */
export class StylePictures {
  #kept: Kept[];
  readonly #views = new Map<string, StylePictureView>();

  constructor(private readonly options: StylePicturesOptions) {
    this.#kept = read(options.file).filter(({ path: file }) => existsSync(file));
    for (const each of this.#kept) this.#read(each);
  }

  list(): StylePictureView[] {
    return this.#kept.flatMap(({ id }) => this.#views.get(id) ?? []);
  }

  add(paths: readonly string[]): void {
    const known = new Set(this.#kept.map(({ path: file }) => file));
    const added = [...new Set(paths.map((file) => path.resolve(file)))]
      .filter((file) => !known.has(file))
      .map((file) => ({ id: randomUUID(), path: file }));
    this.#keep([...added, ...this.#kept].slice(0, MOST));
    for (const each of added) this.#read(each);
  }

  remove(id: string): void {
    this.#keep(this.#kept.filter((each) => each.id !== id));
  }

  /** @throws GessoError usage/invalid for one that is not on the shelf */
  path(id: string): string {
    const found = this.#kept.find((each) => each.id === id);
    if (found) return found.path;
    throw new GessoError(
      'usage/invalid',
      'This style is not on the shelf any more.',
      'Choose another one, or add its picture again.',
    );
  }

  /** The id of a picture that is on the shelf. */
  idOf(file: string): string | undefined {
    const place = path.resolve(file);
    return this.#kept.find((each) => each.path === place)?.id;
  }

  #keep(kept: Kept[]): void {
    this.#kept = kept;
    try {
      writeWhole(this.options.file, `${JSON.stringify({ gesso: 1, pictures: kept }, null, 1)}\n`);
    } catch (problem) {
      // They are there until the window is closed.
      this.options.onProblem(problem);
    }
    this.options.changed(this.list());
  }

  #read({ id, path: file }: Kept): void {
    const name = path.basename(file);
    this.#views.set(id, { id, name });
    stat(file)
      .then(({ mtimeMs, size }) => this.options.previews.get('thumb', file, `${mtimeMs} ${size}`))
      .then(({ url }) => this.#views.set(id, { id, name, thumb: url }))
      .catch((thrown: unknown) => this.#views.set(id, { id, name, error: toRecord(thrown) }))
      .finally(() => this.options.changed(this.list()));
  }
}

function read(file: string): Kept[] {
  try {
    return stored.parse(JSON.parse(readFileSync(file, 'utf8'))).pictures;
  } catch {
    return [];
  }
}
