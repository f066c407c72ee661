import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { GessoError } from '../../contract/errors.ts';
import { NO_TASTE, type ShelfStyle, type StyleTaste, styleTaste } from '../../contract/style-settings.ts';
import type { StylePictureView } from '../../contract/views.ts';
import { writeWhole } from '../jobs/write-whole.ts';
import type { Previews } from './previews.ts';
import { toRecord } from './serve.ts';
import { favoured, tasteOf, usedAgain } from './taste.ts';

/** The shelf is for choosing from; who has more keeps them in folders. */
const MOST = 60;

/** Ids are kept with the paths: what a session chose is still chosen after a restart. */
const stored = z.object({
  gesso: z.literal(1),
  pictures: z.array(z.object({ id: z.uuid(), path: z.string() })).transform((all) => all.slice(0, MOST)),
  /** Files of earlier versions have none. */
  taste: styleTaste.default(NO_TASTE).catch(NO_TASTE),
});
type Stored = z.infer<typeof stored>;
type Kept = Stored['pictures'][number];

export interface StylePicturesOptions {
  file: string;
  previews: Previews;
  changed(pictures: StylePictureView[]): void;
  tasteChanged(taste: StyleTaste): void;
  onProblem(problem: unknown): void;
}

/**
 * Pictures whose styles the user paints in, the newest first, and what the user likes of the whole shelf, in a file of
 * their own. A broken file is as good as none.
 */
export class StylePictures {
  #kept: Kept[];
  #taste: StyleTaste;
  readonly #views = new Map<string, StylePictureView>();

  constructor(private readonly options: StylePicturesOptions) {
    const { pictures, taste } = read(options.file);
    this.#kept = pictures.filter(({ path: file }) => existsSync(file));
    this.#taste = tasteOf(taste, (id) => this.#has(id));
    for (const each of this.#kept) this.#read(each);
  }

  list(): StylePictureView[] {
    return this.#kept.flatMap(({ id }) => this.#views.get(id) ?? []);
  }

  get taste(): StyleTaste {
    return this.#taste;
  }

  favour(from: ShelfStyle, isFavourite: boolean): void {
    this.#like(favoured(this.#taste, from, isFavourite));
  }

  /** These were painted with. */
  used(styles: readonly ShelfStyle[]): void {
    this.#like(usedAgain(this.#taste, styles));
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

  #has(id: string): boolean {
    return this.#kept.some((each) => each.id === id);
  }

  #keep(kept: Kept[]): void {
    this.#kept = kept;
    const taste = tasteOf(this.#taste, (id) => this.#has(id));
    const isOther = JSON.stringify(taste) !== JSON.stringify(this.#taste);
    this.#taste = taste;
    this.#write();
    this.options.changed(this.list());
    if (isOther) this.options.tasteChanged(taste);
  }

  #like(taste: StyleTaste): void {
    this.#taste = tasteOf(taste, (id) => this.#has(id));
    this.#write();
    this.options.tasteChanged(this.#taste);
  }

  #write(): void {
    const all: Stored = { gesso: 1, pictures: this.#kept, taste: this.#taste };
    try {
      writeWhole(this.options.file, `${JSON.stringify(all, null, 1)}\n`);
    } catch (problem) {
      // They are there until the window is closed.
      this.options.onProblem(problem);
    }
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

function read(file: string): Pick<Stored, 'pictures' | 'taste'> {
  try {
    return stored.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return { pictures: [], taste: NO_TASTE };
  }
}
