import { stat } from 'node:fs/promises';
import path from 'node:path';
import { type AnyRecipe, isClipRecipe, isGenerateRecipe, studioOf } from '../../contract/clip-recipe.ts';
import { GessoError } from '../../contract/errors.ts';
import { levelsOf } from '../../contract/pyramid.ts';
import { parseRational, toNumber } from '../../contract/time.ts';
import type { Display, ItemView, PictureView, SourceView } from '../../contract/views.ts';
import type { ItemRecord } from '../jobs/records.ts';
import type { ClipFiles } from './clip-files.ts';
import { Ids } from './ids.ts';
import { keyOf, type Opened } from './opened.ts';
import type { Previews } from './previews.ts';
import type { Pyramids } from './pyramids.ts';
import { toRecord } from './serve.ts';

interface Entry {
  readonly opened: Opened;
  view: SourceView;
  /** The newest item of the queue for this file. */
  item: ItemRecord | undefined;
}

interface SourceListener {
  changed(view: SourceView): void;
  removed(ids: string[]): void;
  /** Other files are open than before: once for each call that opened or removed some. */
  listed(): void;
}

export interface SourcesOptions {
  previews: Previews;
  pyramids: Pyramids;
  clips: Pick<ClipFiles, 'read'>;
  recipeOf(job: number): AnyRecipe;
  listener: SourceListener;
}

/** The pictures and clips that are open in the window, by opaque id; knows their paths and never tells them. */
export class Sources {
  readonly #entries = new Map<string, Entry>();
  /** What was taken off the list, for when that is undone. */
  readonly #closed = new Map<string, Entry>();
  #next = 0;
  readonly #ids = new Ids<string>('source');
  readonly #items = new Ids<number>('result');
  readonly #jobs = new Ids<number>('job');

  constructor(private readonly options: SourcesOptions) {}

  list(): SourceView[] {
    return this.#inOrder().map(({ view }) => view);
  }

  #inOrder(): Entry[] {
    return [...this.#entries.values()].toSorted((a, b) => a.view.place - b.view.place);
  }

  /** Opens files; one that is open already is read again if it could not be read before. Returns how many came in. */
  add(all: readonly Opened[]): number {
    let added = 0;
    for (const opened of all) {
      const id = this.#ids.of(keyOf(opened));
      const known = this.#entries.get(id);
      if (known && known.view.state !== 'unreadable') continue;
      if (!known) added++;
      const { base, dir } = path.parse(opened.path);
      const name = opened.second === undefined ? base : `${base} – ${path.basename(opened.second)}`;
      const place = known?.view.place ?? this.#next++;
      const { studio } = opened;
      const folder = path.basename(dir) || dir;
      const view: SourceView = { id, studio, name, folder, place, state: 'reading' };
      const entry: Entry = { opened, view, item: known?.item };
      this.#entries.set(id, entry);
      this.#change(entry, known?.view.item ? { item: known.view.item } : {});
      void this.#read(entry);
    }
    if (added > 0) this.options.listener.listed();
    return added;
  }

  remove(ids: readonly string[]): void {
    const removed = ids.flatMap((id) => this.#entries.get(id) ?? []);
    for (const entry of removed) {
      this.#entries.delete(entry.view.id);
      this.#closed.set(entry.view.id, entry);
    }
    this.options.listener.removed(removed.map(({ view }) => view.id));
    this.options.listener.listed();
  }

  /** Opens again what was taken off the list, each in its place. Returns those that came back. */
  bringBack(ids: readonly string[]): Opened[] {
    const back = ids.flatMap((id) => (this.#entries.has(id) ? [] : (this.#closed.get(id) ?? [])));
    for (const entry of back) {
      this.#closed.delete(entry.view.id);
      this.#entries.set(entry.view.id, entry);
      this.#change(entry, {});
      // The file may be another one by now, or gone.
      void this.#read(entry);
    }
    if (back.length > 0) this.options.listener.listed();
    return back.map(({ opened }) => opened);
  }

  /** All that is open, in the order of opening. */
  opened(): Opened[] {
    return this.#inOrder().map((entry) => entry.opened);
  }

  isOpen(id: string): boolean {
    return this.#entries.has(id);
  }

  /** @throws GessoError usage/invalid for an id that is not open. */
  of(id: string): Opened {
    return this.#entry(id).opened;
  }

  /** Longest side of a picture, pixels; undefined: it is not read yet. */
  longestSideOf(id: string): number | undefined {
    const { width, height } = this.#entry(id).view;
    return width && height && Math.max(width, height);
  }

  /** The queue's newest word on it. @throws GessoError usage/invalid for an id that is not open. */
  itemOf(id: string): ItemRecord | undefined {
    return this.#entry(id).item;
  }

  /** Shows a queue item on its source; false where no such source is open. */
  attach(item: ItemRecord): boolean {
    // Made pictures have a list of their own.
    if (isGenerateRecipe(this.options.recipeOf(item.job))) return false;
    const entry = this.#entries.get(this.idOfItem(item));
    // An older item says nothing new about a file that was queued again.
    if (!entry || (entry.item && entry.item.id > item.id)) return false;
    entry.item = item;
    this.#change(entry, { item: this.itemView(item) });
    return true;
  }

  /** Every file that was open or named by the queue since the window was opened. */
  known(): string[] {
    return this.#ids.keys().flatMap((key) => key.split('\0').filter((part) => path.isAbsolute(part)));
  }

  idOf(opened: Opened): string {
    return this.#ids.of(keyOf(opened));
  }

  idOfItem(item: ItemRecord): string {
    return this.idOf(this.openedOf(item));
  }

  /** What an item of the queue is as a source. */
  openedOf({ input, second, job }: ItemRecord): Opened {
    const recipe = this.options.recipeOf(job);
    return { path: input, second, studio: studioOf(recipe) };
  }

  /** How much there is of it, once it is read: width times height, of a clip times its frames. */
  pixelsOf(item: ItemRecord): number | undefined {
    const { width, height, clip } = this.#entries.get(this.idOfItem(item))?.view ?? {};
    if (!width || !height) return undefined;
    return width * height * (clip ? (framesOf(clip) ?? 1) : 1);
  }

  /** The queue's number of an item or job that the page names. */
  item(id: string): number {
    return this.#items.key(id);
  }
  job(id: string): number {
    return this.#jobs.key(id);
  }
  itemId(item: number): string {
    return this.#items.of(item);
  }
  jobId(job: number): string {
    return this.#jobs.of(job);
  }

  /** The source and its newest result, ready for the canvas. */
  async view(id: string, display: Display): Promise<{ before: PictureView; after?: PictureView }> {
    const entry = this.#entry(id);
    const before = await this.viewOf(entry.opened.path, display);
    const output = entry.item?.result?.output;
    const isMade = output !== undefined && ['done', 'skipped'].includes(entry.item!.status);
    if (!isMade) return { before };
    try {
      return { before, after: await this.viewOf(output, display) };
    } catch {
      // The user moved or deleted the result: the source is still worth showing.
      return { before };
    }
  }

  /** A whole picture at once, and tiles of it where that is not all. @throws GessoError input/unreadable */
  async viewOf(file: string, display: Display): Promise<PictureView> {
    const now = await version(file);
    const view = await this.options.previews.get('view', file, now, display);
    const levels = levelsOf(view.width, view.height);
    return levels === 0
      ? view
      : { ...view, tiles: { id: this.options.pyramids.open(file, now, view), levels } };
  }

  /** A reduced copy of a picture, for its thumbnail. */
  async smallCopy(id: string): Promise<string> {
    const { path: file } = this.of(id);
    const { url } = await this.options.previews.get('thumb', file, await version(file));
    const small = this.options.previews.fileOf('thumb', url.slice(url.lastIndexOf('/') + 1));
    if (small === undefined) throw new Error('a preview that was forgotten');
    return small;
  }

  /** The file of the source as its decoded pixels, made where it is not there yet. */
  async decoded(id: string, display: Display): Promise<string> {
    const { path: file } = this.of(id);
    const now = await version(file);
    const view = await this.options.previews.get('view', file, now, display);
    return this.options.pyramids.decoded(file, now, view);
  }

  itemView({ id, job, status, error, result }: ItemRecord): ItemView {
    const recipe = this.options.recipeOf(job);
    return {
      id: this.#items.of(id),
      job: this.#jobs.of(job),
      status,
      ...(error && { error }),
      ...(isClipRecipe(recipe) && { step: recipe.steps[0] }),
      ...(result && {
        result: {
          name: path.basename(result.output),
          model: result.model,
          device: result.device,
          width: result.width,
          height: result.height,
          seconds: result.seconds,
          framesIn: result.framesIn,
          framesOut: result.framesOut,
          fps: result.fps,
          cuts: result.cuts,
          rate: result.rate,
          notes: result.notes,
        },
      }),
    };
  }

  async #read(entry: Entry): Promise<void> {
    const { opened } = entry;
    try {
      const { modified, version: now } = await factsOf(opened.path);
      this.#change(entry, { modified });
      if (opened.studio === 'interpolate') {
        const read = await this.options.clips.read(opened);
        this.#change(entry, { state: 'ready', ...read, error: undefined });
        return;
      }
      const { url, width, height } = await this.options.previews.get('thumb', opened.path, now);
      this.#change(entry, { state: 'ready', width, height, thumb: url, error: undefined });
    } catch (thrown) {
      this.#change(entry, { state: 'unreadable', thumb: undefined, error: toRecord(thrown) });
    }
  }

  #change(entry: Entry, patch: Partial<SourceView>): void {
    entry.view = { ...entry.view, ...patch };
    // It may have been taken off the list while its preview was made.
    if (this.#entries.get(entry.view.id) === entry) this.options.listener.changed(entry.view);
  }

  #entry(id: string): Entry {
    const entry = this.#entries.get(id);
    if (entry) return entry;
    throw new GessoError('usage/invalid', 'This is not open any more.', 'Open it again.');
  }
}

/** About how many frames a clip has. */
function framesOf({ seconds, rate, pictures }: NonNullable<SourceView['clip']>): number | undefined {
  if (pictures !== undefined) return pictures;
  const [length, perSecond] = [seconds, rate].map((text) => (text ? parseRational(text) : undefined));
  return length && perSecond ? toNumber(length) * toNumber(perSecond) : undefined;
}

async function version(file: string): Promise<string> {
  return (await factsOf(file)).version;
}

/** When a file was last changed; its version changes when it is written anew. @throws GessoError input/unreadable */
async function factsOf(file: string): Promise<{ modified: number; version: string }> {
  try {
    const { mtimeMs, size } = await stat(file);
    return { modified: mtimeMs, version: `${mtimeMs} ${size}` };
  } catch (cause) {
    const name = path.basename(file);
    const hint = 'It may have been moved or deleted; open it from where it is now.';
    throw new GessoError('input/unreadable', `Couldn't read ${name}: it is not there any more.`, hint, cause);
  }
}
