import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { type PageSession, pageSession, restoreSettings } from '../../contract/session.ts';
import { Batch } from './batch.ts';
import type { Ids } from './ids.ts';
import type { Sources } from './sources.ts';

/** At most this much of what the user last did is lost in a crash; milliseconds. */
const SAVED_AFTER_MS = 500;

/** On disk there are paths where the page has ids: an id is worth nothing after its run. */
const stored = z.object({
  gesso: z.literal(1),
  sources: z.array(z.string()),
  selected: z.string().optional(),
  page: pageSession
    .omit({ selected: true, settings: true })
    .extend({ settings: restoreSettings.omit({ folder: true }) })
    .optional(),
  folder: z.string().optional(),
});
type Stored = z.infer<typeof stored>;

export interface SessionOptions {
  file: string;
  sources: Sources;
  /** Folders that the page may name. */
  folders: Ids<string>;
  onProblem(problem: unknown): void;
}

/** What is open in the window and how it looks, kept in a file so that it is there again after a restart or a crash. */
export class Session {
  #page: PageSession | undefined;
  #saved = '';
  readonly #batch = new Batch<'session', true>(SAVED_AFTER_MS, () => this.#save());

  constructor(private readonly options: SessionOptions) {}

  /** Opens again what was open and is still there. A broken file is as good as none. */
  restore(): void {
    const kept = this.#read();
    if (!kept) return;
    const { sources, folders } = this.options;
    const there = kept.sources.filter((file) => existsSync(file));
    sources.add(there);
    const { selected, folder, page } = kept;
    if (!page) return;
    const isFolderThere = folder !== undefined && existsSync(folder);
    this.#page = {
      ...page,
      ...(selected !== undefined && there.includes(selected) && { selected: sources.idOf(selected) }),
      settings: {
        ...page.settings,
        ...(isFolderThere && { folder: { id: folders.of(folder), name: path.basename(folder) || folder } }),
      },
    };
  }

  /** What the page is to look like at its start. */
  get page(): PageSession | undefined {
    return this.#page;
  }

  /** A picture that was opened on purpose is the one to look at. */
  select(file: string): void {
    if (this.#page) this.#page.selected = this.options.sources.idOf(file);
  }

  /** @throws GessoError usage/invalid for a folder that was never chosen. */
  keep(page: PageSession): void {
    if (page.settings.folder) this.options.folders.key(page.settings.folder.id);
    this.#page = page;
    this.changed();
  }

  /** Something is to be saved, soon. */
  changed(): void {
    this.#batch.set('session', true);
  }

  close(): void {
    this.#batch.flush();
  }

  #read(): Stored | undefined {
    try {
      return stored.parse(JSON.parse(readFileSync(this.options.file, 'utf8')));
    } catch {
      return undefined;
    }
  }

  #save(): void {
    const { file, onProblem } = this.options;
    const text = `${JSON.stringify(this.#toStore(), null, 1)}\n`;
    if (text === this.#saved) return;
    try {
      const handle = openSync(`${file}.part`, 'w');
      try {
        writeFileSync(handle, text);
        fsyncSync(handle);
      } finally {
        closeSync(handle);
      }
      renameSync(`${file}.part`, file);
      this.#saved = text;
    } catch (problem) {
      // A full disk stops a batch with words of its own; the place of the divider is not worth another message.
      onProblem(problem);
    }
  }

  #toStore(): Stored {
    const { sources, folders } = this.options;
    const common = { gesso: 1 as const, sources: sources.paths() };
    if (!this.#page) return common;
    const { selected, settings, ...page } = this.#page;
    const { folder, ...rest } = settings;
    return {
      ...common,
      ...(selected !== undefined && sources.isOpen(selected) && { selected: sources.path(selected) }),
      ...(folder && { folder: folders.key(folder.id) }),
      page: { ...page, settings: rest },
    };
  }
}
