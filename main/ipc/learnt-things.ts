import { copyFileSync, existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import type { ParsedArgs, Reply } from '../../contract/channels.ts';
import { GessoError } from '../../contract/errors.ts';
import { WANTED_BY } from '../../contract/learn-kinds.ts';
import type { LearntView, UsedView } from '../../contract/learn-views.ts';
import { hasClipName } from '../jobs/clip-files.ts';
import { filesToLearn } from '../jobs/learn-sources.ts';
import { hasPictureName } from '../jobs/picture-files.ts';
import type { Workshop } from '../jobs/workshop.ts';
import type { ClipPieces, Sheet } from './clip-pieces.ts';
import type { Ids } from './ids.ts';
import type { LossCurve } from './loss-curve.ts';
import type { Previews } from './previews.ts';

/** Longest side of what is shown of a result, pixels. */
const SHOWN_SIDE = 2048;
/** Of what was found, so many have a small picture. */
const THUMBS = 24;

type Picture = NonNullable<LearntView['cover']>;

export interface LearntThingsOptions {
  workshop: Workshop;
  previews: Previews;
  pieces: ClipPieces;
  /** Results and files that were found, by the ids that the page knows. */
  files: Ids<string>;
  changed(learnt: LearntView[]): void;
  /** How far the use in hand is, 0..1. */
  using(fraction: number): void;
}

/** What was learnt on this machine: its list, and what is done with it. */
export class LearntThings {
  readonly #covers = new Map<string, Picture>();
  readonly #curves = new Map<string, LossCurve>();
  /** The engine may hold a scene open. */
  #isLooking = false;

  constructor(private readonly options: LearntThingsOptions) {}

  /** The newest first. */
  list(): LearntView[] {
    return this.options.workshop.learnt
      .list()
      .toSorted((a, b) => b.installedAt.localeCompare(a.installedAt))
      .map(({ id, name, kind, learnt, parameters, latent, bytes, installedAt, shape }) => {
        const cover = this.#covers.get(id);
        const curve = this.#curves.get(id)?.points;
        return {
          ...{ id, name, kind, learnt, parameters, bytes, installedAt },
          ...(latent !== undefined && { latent }),
          ...(typeof shape.size === 'number' && { size: shape.size }),
          ...(cover && { cover }),
          ...(curve && { curve }),
        };
      });
  }

  /** Something is in the library that was not, or another one of it. */
  learnt(
    id: string,
    { sketch, curve }: { sketch?: (Picture & { file: string }) | undefined; curve: LossCurve },
  ): void {
    this.#curves.set(id, curve);
    if (sketch) this.#keepCover(id, sketch);
    this.tell();
  }

  tell(): void {
    this.options.changed(this.list());
  }

  async rename(id: string, name: string): Promise<void> {
    await this.options.workshop.learnt.rename(id, name);
    this.tell();
  }

  async remove(id: string): Promise<void> {
    await this.options.workshop.learnt.remove(id);
    this.#covers.delete(id);
    this.#curves.delete(id);
    this.tell();
  }

  /** Reads the covers of what was learnt before. */
  async readCovers(): Promise<void> {
    for (const { id } of this.options.workshop.learnt.list()) {
      const file = this.#coverFile(id);
      if (this.#covers.has(id) || file === undefined || !existsSync(file)) continue;
      try {
        this.#covers.set(id, await this.#shown(file, this.options.pieces.open('learnt')));
      } catch {
        // It is shown without one.
      }
    }
    if (this.#covers.size > 0) this.tell();
  }

  async use(
    { id, use, inputs, text, seed, count, seconds }: ParsedArgs<'learn.use'>,
    paths: readonly string[],
    out: string,
    signal: AbortSignal,
  ): Promise<Reply<'learn.use'>> {
    const { workshop } = this.options;
    const learnt = this.#learnt(id);
    const wanted = WANTED_BY[use];
    const isOfFolder = wanted === 'folder' && inputs.length > 0;
    const [picture, mask] = paths;
    const ofUse = use === 'inpaint' && picture !== undefined ? [picture] : paths;
    const files = isOfFolder ? await filesToLearn({ kind: 'vae', sources: [...paths] }) : [];
    const isSaid = wanted === 'text' || use === 'odd' || use === 'similar';
    const work = await mkdtemp(path.join(workshop.folder.work, `used-${process.pid}-`));
    try {
      const made = await workshop.previewer.call(
        'learn.use',
        {
          ...{ learnt, use, files, work, seed, count, seconds },
          // What is only said leaves no folder behind.
          out: isSaid ? path.join(work, 'out') : out,
          inputs: wanted === 'text' ? [text ?? ''] : isOfFolder ? [] : [...ofUse],
          ...(use === 'inpaint' && { mask }),
          device: workshop.settings.values.device,
        },
        { signal, onEvent: ({ fraction }) => this.options.using(fraction) },
      );
      return {
        results: await Promise.all(made.outputs.map((file) => this.#result(file))),
        found: await Promise.all(made.found.map((each, at) => this.#found(each, at))),
        // What is said to who types commands is said otherwise here.
        notes: made.notes.filter((note) => !note.includes('`gesso ')),
      };
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  }

  /** One view of a scene; the engine keeps it open for the next one. */
  async look({ id, ...view }: ParsedArgs<'learn.look'>, signal: AbortSignal): Promise<Reply<'learn.look'>> {
    const learnt = this.#learnt(id);
    const sheet = this.options.pieces.open('views');
    const target = path.join(sheet.folder, 'view.png');
    this.#isLooking = true;
    const { side, isWhole } = await this.options.workshop.previewer.call(
      'learn.look',
      { learnt, ...view, target },
      { signal },
    );
    return { url: sheet.urlOf(target), side, isWhole };
  }

  /** Lets go of the scene that was looked at; an engine that is not there any more is not started to be told. */
  async lookAway(): Promise<void> {
    const { previewer } = this.options.workshop;
    const isLooking = this.#isLooking;
    // Before it is waited for: the next look may begin meanwhile.
    this.#isLooking = false;
    if (isLooking && previewer.pid !== undefined) await previewer.call('learn.lookAway', undefined);
  }

  /** As the engine is told of it. @throws GessoError model/missing */
  #learnt(id: string) {
    const found = this.options.workshop.learnt.get(id);
    if (!found)
      throw new GessoError(
        'model/missing',
        `${id} is not in the library any more.`,
        'Choose another one, or learn it again.',
      );
    const { folder, ...model } = found;
    return { model, folder };
  }

  async #result(file: string): Promise<UsedView['results'][number]> {
    const of = hasPictureName(file) ? 'picture' : hasClipName(file) ? 'clip' : 'file';
    const sheet = this.options.pieces.open('used');
    const picture =
      of === 'picture'
        ? await this.#shown(file, sheet)
        : of === 'clip'
          ? await this.#frameOf(file, sheet)
          : undefined;
    return { id: this.options.files.of(file), name: path.basename(file), of, ...(picture && { picture }) };
  }

  async #found(
    { what, score }: { what: string; score: number },
    at: number,
  ): Promise<UsedView['found'][number]> {
    if (!path.isAbsolute(what)) return { what, score };
    const thumb =
      at < THUMBS
        ? await this.options.previews.get('thumb', what, 'found').then(
            ({ url }) => url,
            () => undefined,
          )
        : undefined;
    return {
      ...{ what: path.basename(what), score, id: this.options.files.of(what) },
      ...(thumb !== undefined && { thumb }),
    };
  }

  async #shown(file: string, sheet: Sheet): Promise<Picture> {
    const target = path.join(sheet.folder, 'shown.png');
    const { width, height } = await this.options.workshop.pictures.call('picture.preview', {
      ...{ file, target, longestSide: SHOWN_SIDE, exact: true, display: 'srgb' },
    });
    return { url: sheet.urlOf(target), width, height };
  }

  /** The first frame of a clip. */
  async #frameOf(input: string, { folder, urlOf }: Sheet): Promise<Picture | undefined> {
    let frame: string | undefined;
    await this.options.workshop.pictures.call(
      'clip.frames',
      { input, rate: '25', pick: { count: 1 }, folder, longestSide: SHOWN_SIDE },
      {
        onEvent: ({ file }) => {
          frame = file;
        },
      },
    );
    return frame === undefined ? undefined : { url: urlOf(frame), width: SHOWN_SIDE, height: SHOWN_SIDE };
  }

  /** What it had learnt in the end is shown of it, at the next start too. */
  #keepCover(id: string, { file, width, height }: Picture & { file: string }): void {
    try {
      const kept = this.#coverFile(id);
      if (kept !== undefined) copyFileSync(file, kept);
      const sheet = this.options.pieces.open('learnt');
      const shown = path.join(sheet.folder, 'cover.png');
      copyFileSync(file, shown);
      this.#covers.set(id, { url: sheet.urlOf(shown), width, height });
    } catch {
      // It is shown without one.
    }
  }

  #coverFile(id: string): string | undefined {
    const found = this.options.workshop.learnt.get(id);
    return found && path.join(found.folder, 'cover.png');
  }
}
