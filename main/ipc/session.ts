import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { type PageSession, pageSession } from '../../contract/session.ts';
import { writeWhole } from '../jobs/write-whole.ts';
import { Batch } from './batch.ts';
import type { Ids } from './ids.ts';
import type { Sources } from './sources.ts';

/** At most this much of what the user last did is lost in a crash; milliseconds. */
const SAVED_AFTER_MS = 500;

/** On disk there are paths where the page has ids, which are left out of `page`: an id is worth nothing after its run. */
const stored = z.object({
  gesso: z.literal(1),
  sources: z.array(z.string()),
  selected: z.string().optional(),
  folder: z.string().optional(),
  page: pageSession.optional(),
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
    this.#page = withIds(page, {
      selected: selected !== undefined && there.includes(selected) ? sources.idOf(selected) : undefined,
      folder: isFolderThere
        ? { id: folders.of(folder), name: path.basename(folder) || folder }
        : page.settings.folder,
    });
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
    if (isChosen(page.settings.folder)) this.options.folders.key(page.settings.folder.id);
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
      writeWhole(file, text);
      this.#saved = text;
    } catch (problem) {
      // A full disk stops a batch with words of its own; the place of the divider is not worth another message.
      onProblem(problem);
    }
  }

  #toStore(): Stored {
    const { sources, folders } = this.options;
    const page = this.#page;
    const { selected, settings } = page ?? {};
    const folder = settings?.folder;
    return {
      gesso: 1,
      sources: sources.paths(),
      selected: selected !== undefined && sources.isOpen(selected) ? sources.path(selected) : undefined,
      folder: isChosen(folder) ? folders.key(folder.id) : undefined,
      page: page && withIds(page, { selected: undefined, folder: isChosen(folder) ? undefined : folder }),
    };
  }
}

type Folder = PageSession['settings']['folder'];

function isChosen(folder: Folder): folder is Exclude<Folder, 'beside' | undefined> {
  return typeof folder === 'object';
}

/** The same page with other ids in it, or with none. */
function withIds(
  page: PageSession,
  { selected, folder }: { selected: string | undefined; folder: Folder },
): PageSession {
  return { ...page, selected, settings: { ...page.settings, folder } };
}
