import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { type ClipPart, clipPart } from '../../contract/clip-recipe.ts';
import { pictureMasks } from '../../contract/masks.ts';
import { type PageSession, pageSession } from '../../contract/session.ts';
import { studio } from '../../contract/views.ts';
import { writeWhole } from '../jobs/write-whole.ts';
import { Batch } from './batch.ts';
import type { Ids } from './ids.ts';
import { type Opened, picture } from './opened.ts';
import type { Sources } from './sources.ts';

/** At most this much of what the user last did is lost in a crash; milliseconds. */
const SAVED_AFTER_MS = 500;

const storedClip = z.object({
  path: z.string(),
  second: z.string().optional(),
  part: clipPart.optional().catch(undefined),
});
/**
 * On disk there are paths where the page has ids, which are left out of `page`: an id is worth nothing after its run.
 * Sessions of earlier versions have no clips.
 */
const stored = z.object({
  gesso: z.literal(1),
  sources: z.array(z.string()),
  selected: z.string().optional(),
  folder: z.string().optional(),
  clips: z.array(storedClip).default([]),
  selectedClip: storedClip.optional(),
  painted: z.array(z.string()).default([]),
  selectedPainted: z.string().optional(),
  styleFolder: z.string().optional(),
  /** What the next picture of Generate begins with. */
  begun: z.string().optional(),
  generateFolder: z.string().optional(),
  clipFolder: z.string().optional(),
  project: z.string().optional(),
  /** What was painted on pictures. */
  masks: z
    .array(z.object({ path: z.string(), studio, of: pictureMasks }))
    .default([])
    .catch([]),
  page: pageSession.optional(),
});
type Stored = z.infer<typeof stored>;
type StoredClip = z.infer<typeof storedClip>;

export interface SessionOptions {
  file: string;
  sources: Sources;
  /** The project that is open has a file. */
  projects: { file: string | undefined };
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
    const { sources } = this.options;
    this.options.projects.file = kept.project;
    const there = kept.sources.filter((file) => existsSync(file));
    const clips = kept.clips.filter(isThere);
    const painted = kept.painted.filter((file) => existsSync(file));
    const begun = kept.begun !== undefined && existsSync(kept.begun) ? toBegin(kept.begun) : undefined;
    sources.add([
      ...there.map(picture),
      ...clips.map(clip),
      ...painted.map(toPaint),
      ...(begun ? [begun] : []),
    ]);
    const { selected, selectedClip, selectedPainted, page } = kept;
    if (!page) return;
    this.#page = withIds(page, {
      selected:
        selected !== undefined && there.includes(selected) ? sources.idOf(picture(selected)) : undefined,
      folder: this.#folderOf(kept.folder, page.settings.folder),
      selectedClip: selectedClip && isThere(selectedClip) ? sources.idOf(clip(selectedClip)) : undefined,
      clipFolder: this.#folderOf(kept.clipFolder, page.clip?.settings.folder),
      selectedPainted:
        selectedPainted !== undefined && painted.includes(selectedPainted)
          ? sources.idOf(toPaint(selectedPainted))
          : undefined,
      styleFolder: this.#folderOf(kept.styleFolder, page.style?.settings.folder),
      begun: begun && sources.idOf(begun),
      generateFolder: this.#folderOf(kept.generateFolder, page.generate?.settings.folder),
      masks: Object.fromEntries(
        kept.masks.map(({ path: file, studio: room, of }) => [
          sources.idOf({ path: file, studio: room }),
          of,
        ]),
      ),
      parts: Object.fromEntries(
        clips.flatMap((each) => (each.part ? [[sources.idOf(clip(each)), each.part]] : [])),
      ),
    });
  }

  /** A chosen folder under its new id, where it is there; else what the page had. */
  #folderOf(chosen: string | undefined, otherwise: Folder): Folder {
    if (chosen === undefined || !existsSync(chosen)) return otherwise;
    return { id: this.options.folders.of(chosen), name: path.basename(chosen) || chosen };
  }

  /** What the page is to look like at its start. */
  get page(): PageSession | undefined {
    return this.#page;
  }

  /** What was opened on purpose is what to look at. */
  select(opened: Opened): void {
    const page = this.#page;
    if (!page) return;
    const id = this.options.sources.idOf(opened);
    page.studio = opened.studio;
    if (opened.studio === 'restore') page.selected = id;
    else if (opened.studio === 'style') {
      if (page.style) page.style.selected = id;
    } else if (opened.studio === 'generate') {
      if (page.generate) page.generate.selected = id;
    } else if (page.clip) page.clip.selected = id;
  }

  /** @throws GessoError usage/invalid for a folder that was never chosen. */
  keep(page: PageSession): void {
    const { settings, clip: clips, style, generate } = page;
    for (const { folder } of [settings, clips?.settings, style?.settings, generate?.settings].filter(
      (each) => each !== undefined,
    ))
      if (isChosen(folder)) this.options.folders.key(folder.id);
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
    const { sources } = this.options;
    const page = this.#page;
    const opened = sources.opened();
    const of = (id: string | undefined) =>
      id !== undefined && sources.isOpen(id) ? sources.of(id) : undefined;
    const [folder, clipFolder] = [page?.settings.folder, page?.clip?.settings.folder];
    const styleFolder = page?.style?.settings.folder;
    const generateFolder = page?.generate?.settings.folder;
    const selectedClip = of(page?.clip?.selected);
    return {
      gesso: 1,
      sources: opened.filter(({ studio }) => studio === 'restore').map((each) => each.path),
      selected: of(page?.selected)?.path,
      folder: this.#pathOf(folder),
      clips: opened
        .filter(({ studio }) => studio === 'interpolate')
        .map((each) => ({ ...toStored(each), part: page?.clip?.parts[sources.idOf(each)] })),
      selectedClip: selectedClip && toStored(selectedClip),
      clipFolder: this.#pathOf(clipFolder),
      project: this.options.projects.file,
      painted: opened.filter(({ studio }) => studio === 'style').map((each) => each.path),
      selectedPainted: of(page?.style?.selected)?.path,
      styleFolder: this.#pathOf(styleFolder),
      begun: opened.findLast(({ studio }) => studio === 'generate')?.path,
      generateFolder: this.#pathOf(generateFolder),
      masks: opened.flatMap((each) => {
        const own = page?.masks[sources.idOf(each)];
        return own ? [{ path: each.path, studio: each.studio, of: own }] : [];
      }),
      page:
        page &&
        withIds(page, {
          selected: undefined,
          folder: isChosen(folder) ? undefined : folder,
          selectedClip: undefined,
          clipFolder: isChosen(clipFolder) ? undefined : clipFolder,
          selectedPainted: undefined,
          styleFolder: isChosen(styleFolder) ? undefined : styleFolder,
          begun: undefined,
          generateFolder: undefined,
          parts: {},
          masks: {},
        }),
    };
  }

  #pathOf(folder: Folder): string | undefined {
    return isChosen(folder) ? this.options.folders.key(folder.id) : undefined;
  }
}

function clip({ path: file, second }: StoredClip): Opened {
  return { path: file, second, studio: 'interpolate' };
}

function toPaint(file: string): Opened {
  return { path: file, studio: 'style' };
}

function toBegin(file: string): Opened {
  return { path: file, studio: 'generate' };
}

function toStored({ path: file, second }: Opened): StoredClip {
  return { path: file, second };
}

function isThere({ path: file, second }: StoredClip): boolean {
  return existsSync(file) && (second === undefined || existsSync(second));
}

type Folder = PageSession['settings']['folder'];

function isChosen(folder: Folder): folder is Exclude<Folder, 'beside' | undefined> {
  return typeof folder === 'object';
}

interface PageIds {
  selected: string | undefined;
  folder: Folder;
  selectedClip: string | undefined;
  clipFolder: Folder;
  selectedPainted: string | undefined;
  styleFolder: Folder;
  begun: string | undefined;
  generateFolder: Folder;
  parts: Record<string, ClipPart>;
  masks: PageSession['masks'];
}

/** The same page with other ids in it, or with none. */
function withIds(page: PageSession, ids: PageIds): PageSession {
  const { selected, folder, selectedClip, clipFolder, selectedPainted, styleFolder, parts, masks } = ids;
  const room = page.clip;
  const { style, generate } = page;
  return {
    ...page,
    selected,
    masks,
    settings: { ...page.settings, folder },
    clip: room && {
      ...room,
      selected: selectedClip,
      settings: { ...room.settings, folder: clipFolder },
      parts,
    },
    style: style && {
      ...style,
      selected: selectedPainted,
      settings: { ...style.settings, folder: styleFolder },
    },
    generate: generate && {
      ...generate,
      selected: ids.begun,
      settings: {
        ...generate.settings,
        folder: isChosen(ids.generateFolder) ? ids.generateFolder : undefined,
      },
    },
  };
}
