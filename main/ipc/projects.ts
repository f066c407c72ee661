import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { GessoError } from '../../contract/errors.ts';
import {
  PROJECT_EXTENSION,
  PROJECT_VERSION,
  type ProjectDraft,
  type ProjectManifest,
} from '../../contract/project.ts';
import type { PageSession } from '../../contract/session.ts';
import type { StyleLayer } from '../../contract/style-settings.ts';
import { fsyncFolder, storageError } from '../../models/library/storage.ts';
import type { Result } from '../engine/protocol/methods.ts';
import { version, type Workshop } from '../jobs/workshop.ts';
import type { Masks } from './masks.ts';
import type { Opened } from './opened.ts';
import type { Sources } from './sources.ts';
import type { StylePictures } from './style-pictures.ts';

export interface ProjectsOptions {
  workshop: Workshop;
  sources: Sources;
  masks: Masks;
  styles: StylePictures;
}

/** A project that was opened. */
export interface OpenedProject {
  name: string;
  /** The page as the project has it; what it does not tell is as it was. */
  page: PageSession;
  /** Names of pictures that are nowhere to be found. */
  missing: string[];
}

type Room = ProjectManifest['studio'];

type Untold = Pick<PageSession, 'panel' | 'viewMode' | 'gain' | 'sort'> & Partial<PageSession>;

/** What a project does not tell, where no page has said it yet. */
const FIRST_PAGE: Untold = { panel: 'inspector', viewMode: 'split', gain: 4, sort: 'added' };

export function isProjectFile(file: string): boolean {
  return file.toLowerCase().endsWith(PROJECT_EXTENSION);
}

/**
 * Projects: the pictures of Restore and Style with their settings, layers and masks, as files. The session keeps all of
 * it between starts and after a crash, so a project is written only when somebody asks for it.
 */
export class Projects {
  /** The file that "save" writes to; undefined: none yet. */
  file: string | undefined;

  constructor(private readonly options: ProjectsOptions) {}

  get name(): string | undefined {
    return this.file && path.basename(this.file, path.extname(this.file));
  }

  /**
   * Writes what the page shows; the file is there whole or as it was.
   * @param embedded the pictures go inside
   * @throws GessoError input/unreadable, output/no-space, output/denied
   */
  async save(page: PageSession, file: string, embedded: boolean): Promise<void> {
    const temp = path.join(path.dirname(file), `.gesso-${process.pid}-${path.basename(file)}.part`);
    const draft = this.#draft(page, file, embedded);
    const ids = new Set(draft.sources.flatMap(({ masks }) => Object.values(masks)));
    const masks = Object.fromEntries([...ids].map((id) => [id, this.options.masks.path(id)]));
    await this.options.workshop.pictures.call('project.write', { temp, name: file, draft, masks });
    try {
      await rename(temp, file);
      await fsyncFolder(path.dirname(file));
    } catch (cause) {
      await rm(temp, { force: true });
      throw storageError(cause, file) ?? cause;
    }
    this.file = file;
  }

  /**
   * Opens a project in place of what is open in Restore and Style.
   * @param page as it is now
   * @throws GessoError project/broken, input/unreadable
   */
  async open(file: string, page: Untold = FIRST_PAGE): Promise<OpenedProject> {
    const { workshop, sources, styles } = this.options;
    const read = await workshop.pictures.call('project.read', {
      file,
      masks: this.options.masks.folder,
      sources: path.join(workshop.folder.root, 'project-pictures'),
    });
    const { manifest } = read;
    const open = sources.opened().filter(({ studio }) => studio === 'restore' || studio === 'style');
    sources.remove(open.map((each) => sources.idOf(each)));
    const opened = manifest.sources.map(({ studio }, at): Opened | undefined => {
      const place = read.sources[at];
      return typeof place === 'string' ? { path: place, studio } : undefined;
    });
    sources.add(opened.flatMap((each) => each ?? []));
    const ids = opened.map((each) => each && sources.idOf(each));
    styles.add(read.styles.flatMap((place) => place ?? []));
    this.file = file;
    const selected = (room: Room) => ids[manifest.selected[room] ?? -1];
    const missing = [
      ...missingOf(manifest.sources, read.sources),
      ...missingOf(manifest.styles, read.styles),
    ];
    return {
      name: this.name ?? '',
      missing,
      page: {
        ...page,
        studio: manifest.studio,
        selected: selected('restore'),
        settings: manifest.restore,
        style: {
          sort: page.style?.sort ?? 'added',
          selected: selected('style'),
          settings: { ...manifest.style, layers: renamed(manifest, read, styles) },
        },
        masks: Object.fromEntries(
          manifest.sources.flatMap(({ masks }, at) => {
            const id = ids[at];
            return id !== undefined && Object.keys(masks).length > 0 ? [[id, masks]] : [];
          }),
        ),
      },
    };
  }

  #draft(page: PageSession, file: string, embedded: boolean): ProjectDraft {
    const { sources, styles } = this.options;
    const folder = path.dirname(file);
    const linked = (place: string) => ({
      path: place,
      // With "/" on every platform: it is read on others.
      beside: path.relative(folder, place).split(path.sep).join('/') || path.basename(place),
    });
    const open = sources.opened().flatMap((each) => {
      const { studio } = each;
      const isOfProjects = studio === 'restore' || studio === 'style';
      return isOfProjects && each.second === undefined ? [{ ...each, studio }] : [];
    });
    if (open.length === 0)
      throw new GessoError(
        'usage/invalid',
        'There is no picture to save in a project.',
        'Open pictures in Restore or Style first.',
      );
    const placeOf = (id: string | undefined) => {
      const at = open.findIndex((each) => sources.idOf(each) === id);
      return at < 0 ? undefined : at;
    };
    const layers = page.style?.settings.layers ?? [];
    const used = [...new Set(layers.flatMap(picturesOf))];
    const style = page.style?.settings;
    const [restored, painted] = [placeOf(page.selected), placeOf(page.style?.selected)];
    if (!style) throw new Error('a page without a room of Style');
    return {
      ...{ gesso: PROJECT_VERSION, kind: 'project', writtenBy: version(), embedded },
      studio: page.studio === 'restore' ? 'restore' : 'style',
      sources: open.map((each) => ({
        ...linked(each.path),
        studio: each.studio,
        masks: page.masks[sources.idOf(each)] ?? {},
      })),
      styles: used.map((id) => ({ ...linked(styles.path(id)), id })),
      selected: {
        ...(restored !== undefined && { restore: restored }),
        ...(painted !== undefined && { style: painted }),
      },
      restore: withoutFolder(page.settings),
      style: withoutFolder(style),
    };
  }
}

/** Where results go is a matter of this machine. */
function withoutFolder<T extends { folder?: unknown }>(settings: T): T {
  const { folder: _, ...rest } = settings;
  return rest as T;
}

function picturesOf({ look }: StyleLayer): string[] {
  return look.styles.flatMap(({ from }) => ('picture' in from ? [from.picture] : []));
}

function missingOf(linked: readonly { path: string }[], places: readonly (string | null)[]): string[] {
  return linked.flatMap(({ path: file }, at) => (places[at] ? [] : [path.basename(file)]));
}

/** The layers with their pictures as this shelf names them; a style whose picture is nowhere is left out. */
function renamed(
  { styles: known, style }: ProjectManifest,
  { styles: places }: Result<'project.read'>,
  shelf: StylePictures,
): StyleLayer[] {
  const ids = new Map(
    known.flatMap(({ id }, at) => {
      const place = places[at];
      const now = typeof place === 'string' ? shelf.idOf(place) : undefined;
      return now === undefined ? [] : [[id, now]];
    }),
  );
  return style.layers.map((layer) => ({
    ...layer,
    look: {
      ...layer.look,
      styles: layer.look.styles.flatMap((choice) => {
        if ('builtIn' in choice.from) return [choice];
        const picture = ids.get(choice.from.picture);
        return picture === undefined ? [] : [{ ...choice, from: { picture } }];
      }),
    },
  }));
}
