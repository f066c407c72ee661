import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { VIEW_SIDE } from '../../contract/pyramid.ts';
import type { Display, PictureView } from '../../contract/views.ts';
import { freshFolder } from './fresh-folder.ts';

export type PreviewKind = 'thumb' | 'view';

/** Longest sides in pixels: two screen pixels for each of the strip's; a canvas full, which tiles make sharper. */
const LONGEST_SIDE: Record<PreviewKind, number> = { thumb: 256, view: VIEW_SIDE };

/** Makes a reduced copy of a picture file: the `pictures` engine. */
export type MakePreview = (
  file: string,
  target: string,
  longestSide: number,
  exact: boolean,
  display: Display,
) => Promise<MadePreview>;

interface MadePreview {
  width: number;
  height: number;
  previewWidth: number;
  profile?: string | undefined;
  display: Display;
}

/** A view is exact, and so about 2 bytes a pixel on disk: only those looked at last are kept. */
const VIEWS_KEPT = 16;

interface Task {
  run(): Promise<void>;
}

/**
 * Previews of picture files as files of the cache, named by opaque ids. One is made at a time, pictures for the canvas
 * before those for the strip, so that a folder of a thousand never delays the one that is looked at.
 */
export class Previews {
  /** The real folder; a link put in its place later is not followed (see `fileOf`). */
  readonly folder: string;
  readonly #files = new Map<string, PreviewKind>();
  readonly #waiting: Record<PreviewKind, Task[]> = { thumb: [], view: [] };
  readonly #made = new Map<string, Promise<PictureView>>();
  /** Keys of views, the one looked at last at the end. */
  #views: string[] = [];
  #isBusy = false;

  constructor(
    folder: string,
    private readonly make: MakePreview,
  ) {
    this.folder = freshFolder(folder);
  }

  /** The preview of `file`; `version` tells apart what was overwritten meanwhile. */
  get(kind: PreviewKind, file: string, version: string, display: Display = 'srgb'): Promise<PictureView> {
    const key = `${kind} ${display} ${version} ${file}`;
    let made = this.#made.get(key);
    if (!made) {
      made = this.#queue(kind, file, display);
      this.#made.set(key, made);
      // A file that could not be read may be readable later.
      made.catch(() => this.#made.delete(key));
    }
    if (kind === 'view') this.#keep(key);
    return made;
  }

  #keep(key: string): void {
    this.#views = [...this.#views.filter((each) => each !== key), key];
    while (this.#views.length > VIEWS_KEPT) {
      const oldest = this.#views.shift()!;
      const made = this.#made.get(oldest);
      this.#made.delete(oldest);
      void made?.then(
        ({ url }) => this.#forget(url),
        () => {},
      );
    }
  }

  #forget(url: string): void {
    const id = url.slice(url.lastIndexOf('/') + 1);
    const file = this.fileOf('view', id);
    this.#files.delete(id);
    if (file) rmSync(file, { force: true });
  }

  /** The cache file of an id that was given out; undefined for any other. */
  fileOf(kind: string, id: string): string | undefined {
    return this.#files.get(id) === kind ? path.join(this.folder, `${kind}-${id}`) : undefined;
  }

  #queue(kind: PreviewKind, file: string, display: Display): Promise<PictureView> {
    return new Promise((resolve, reject) => {
      this.#waiting[kind].push({
        run: () => this.#make(kind, file, display).then(resolve, reject),
      });
      void this.#next();
    });
  }

  async #next(): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    for (;;) {
      const task = this.#waiting.view.shift() ?? this.#waiting.thumb.shift();
      if (!task) break;
      await task.run();
    }
    this.#isBusy = false;
  }

  async #make(kind: PreviewKind, file: string, wanted: Display): Promise<PictureView> {
    const id = randomUUID();
    const target = path.join(this.folder, `${kind}-${id}`);
    const made = await this.make(file, target, LONGEST_SIDE[kind], kind === 'view', wanted);
    this.#files.set(id, kind);
    const { width, height, previewWidth, profile, display } = made;
    const url = `gesso://picture/${kind}/${id}`;
    return { url, width, height, previewWidth, ...(profile !== undefined && { profile }), display };
  }
}
