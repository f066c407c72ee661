import { existsSync } from 'node:fs';
import { copyFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { isGenerateRecipe } from '../../contract/clip-recipe.ts';
import { GessoError } from '../../contract/errors.ts';
import { firstSeed, type PageStep } from '../../contract/generate-settings.ts';
import { picturesOf } from '../../contract/latent-step.ts';
import type { MadeProgress, MadeView } from '../../contract/made.ts';
import { parseRational, toNumber } from '../../contract/time.ts';
import type { ItemRecord } from '../jobs/records.ts';
import type { RunListener } from '../jobs/runner.ts';
import type { JobStore } from '../jobs/store.ts';
import { Batch } from './batch.ts';
import type { ClipPieces, Sheet } from './clip-pieces.ts';
import { type Files, toPageStep } from './page-step.ts';
import type { Previews } from './previews.ts';
import type { Sources } from './sources.ts';

type Sketch = Parameters<NonNullable<RunListener['itemSketched']>>[1];
type Steps = Parameters<NonNullable<RunListener['itemStepped']>>[1];

/** As many as the list shows: of this run, of earlier ones, and of the command line. */
const LISTED = 300;
/** What changes reaches the page at most this often; milliseconds. */
const BATCH_MS = 100;
/** Before that nothing can be foreseen; milliseconds. */
const TOO_EARLY_MS = 1000;

export interface MadePicturesOptions {
  store: JobStore;
  sources: Pick<Sources, 'itemId' | 'jobId' | 'item'>;
  previews: Previews;
  pieces: ClipPieces;
  files: Files;
  /** An SVG, or a frame of a walk, as pixels: a file that previews can read. */
  drawn(item: ItemRecord): Promise<string>;
  changed(made: { changed: MadeView[]; removed: string[] }): void;
  progressed(progress: MadeProgress[]): void;
}

interface InHand {
  readonly item: ItemRecord;
  readonly begun: number;
  readonly sheet: Sheet;
  sketches: number;
  progress: MadeProgress;
}

/** Pictures that Generate makes or has made, as the queue knows them. */
export class MadePictures {
  readonly #thumbs = new Map<number, { url: string } | { isAsked: true }>();
  #inHand: InHand | undefined;
  readonly #changed = new Batch<number, MadeView | undefined>(BATCH_MS, (values) => {
    const { sources } = this.options;
    this.options.changed({
      changed: [...values.values()].filter((view) => view !== undefined),
      removed: [...values].flatMap(([id, view]) => (view ? [] : [sources.itemId(id)])),
    });
  });
  readonly #progressed = new Batch<number, MadeProgress>(BATCH_MS, (values) =>
    this.options.progressed([...values.values()]),
  );

  constructor(private readonly options: MadePicturesOptions) {}

  /** The newest first. */
  list(): MadeView[] {
    const { store } = this.options;
    const isOfPage = ({ job }: ItemRecord) => isGenerateRecipe(store.recipeOf(job));
    return store
      .latestMade(LISTED)
      .filter(isOfPage)
      .map((item) => this.view(item));
  }

  /** A picture's state has changed. */
  itemChanged(item: ItemRecord): void {
    this.#changed.set(item.id, this.view(item));
  }

  view(item: ItemRecord): MadeView {
    const { store, sources, files } = this.options;
    const { id, job, status, error, result, position } = item;
    const recipe = store.recipeOf(job);
    if (!isGenerateRecipe(recipe)) throw new Error('an item that nothing is made by');
    const [step] = recipe.steps;
    const thumb = status === 'done' || status === 'skipped' ? this.#thumbOf(item) : undefined;
    return {
      id: sources.itemId(id),
      job: sources.jobId(job),
      status,
      ...(error && { error }),
      ...thisOne(toPageStep(step, files, result), position, result?.seed),
      ...(result && {
        name: path.basename(result.output),
        width: result.width,
        height: result.height,
        seconds: result.seconds,
        lasts: lastsOf(result),
      }),
      ...(thumb !== undefined && { thumb }),
      notes: result?.notes ?? [],
    };
  }

  started(item: ItemRecord): void {
    const id = this.options.sources.itemId(item.id);
    const sheet = this.options.pieces.open('sketches');
    this.#inHand = { item, begun: performance.now(), sheet, sketches: 0, progress: { id, fraction: 0 } };
  }

  progressed(item: ItemRecord, fraction: number): void {
    const own = this.#own(item);
    if (!own) return;
    const took = performance.now() - own.begun;
    const isKnown = took > TOO_EARLY_MS && fraction > 0.02;
    this.#tell(own, {
      fraction: Math.max(own.progress.fraction, fraction),
      ...(isKnown && { millisecondsLeft: (took / fraction) * (1 - fraction) }),
    });
  }

  stepped(item: ItemRecord, steps: Steps): void {
    const own = this.#own(item);
    if (own) this.#tell(own, { steps });
  }

  /** What it is like so far lies in a folder that goes with the work: a copy is shown. */
  async sketched(item: ItemRecord, { file, width, height }: Sketch): Promise<void> {
    const own = this.#own(item);
    if (!own) return;
    const copy = path.join(own.sheet.folder, `${own.sketches++}.png`);
    try {
      await copyFile(file, copy);
    } catch {
      // The picture is done meanwhile, or was given up.
      return;
    }
    if (this.#inHand === own) this.#tell(own, { sketch: { url: own.sheet.urlOf(copy), width, height } });
  }

  finished(item: ItemRecord): void {
    if (!this.#own(item)) return;
    this.#progressed.delete(item.id);
    this.#inHand = undefined;
  }

  /** A file that shows what was made, one that can be read as pixels. @throws GessoError job/missing */
  async fileOf(id: string): Promise<string> {
    const { store, sources } = this.options;
    const item = store.item(sources.item(id));
    const output = this.outputOf(id);
    return path.extname(output) === '.svg' || item.result?.framesOut !== undefined
      ? this.options.drawn(item)
      : output;
  }

  /** The file, or the folder of pictures, that was made. @throws GessoError job/missing, input/unreadable */
  outputOf(id: string): string {
    const { store, sources } = this.options;
    const item = store.item(sources.item(id));
    const output = item.result?.output;
    if (output === undefined || !['done', 'skipped'].includes(item.status))
      throw new GessoError('job/missing', 'This picture is not made yet.', 'Wait until it is done.');
    if (!existsSync(output))
      throw new GessoError(
        'input/unreadable',
        `${path.basename(output)} is not there any more.`,
        'It may have been moved or deleted; make it again with its settings.',
      );
    return output;
  }

  /** Takes pictures off the list that are not waited for; their files stay. */
  forget(ids: readonly string[]): void {
    const { store, sources } = this.options;
    for (const id of ids) {
      const number = sources.item(id);
      if (store.forgetItem(number)) this.#changed.set(number, undefined);
    }
    this.#changed.flush();
  }

  close(): void {
    this.#changed.close();
    this.#progressed.close();
  }

  #own({ id }: ItemRecord): InHand | undefined {
    return this.#inHand?.item.id === id ? this.#inHand : undefined;
  }

  #tell(own: InHand, news: Partial<MadeProgress>): void {
    own.progress = { ...own.progress, ...news };
    this.#progressed.set(own.item.id, own.progress);
  }

  #thumbOf(item: ItemRecord): string | undefined {
    const known = this.#thumbs.get(item.id);
    if (known) return 'url' in known ? known.url : undefined;
    this.#thumbs.set(item.id, { isAsked: true });
    void this.#makeThumb(item);
    return undefined;
  }

  async #makeThumb(item: ItemRecord): Promise<void> {
    try {
      const file = await this.fileOf(this.options.sources.itemId(item.id));
      const { mtimeMs, size } = await stat(file);
      const { url } = await this.options.previews.get('thumb', file, `${mtimeMs} ${size}`);
      this.#thumbs.set(item.id, { url });
      this.#changed.set(item.id, this.view(this.options.store.item(item.id)));
    } catch {
      // Its file was moved, or it was taken off the list: it is shown without one.
    }
  }
}

function lastsOf({ framesOut, rate }: NonNullable<ItemRecord['result']>): number | undefined {
  const perSecond = rate === undefined ? undefined : parseRational(rate);
  return framesOut !== undefined && perSecond ? framesOut / toNumber(perSecond) : undefined;
}

/** One of all that a step makes, and its seed. @param known of a picture that is made */
function thisOne(
  step: PageStep,
  position: number,
  known: number | undefined,
): Pick<MadeView, 'step' | 'seed'> {
  if (step.kind === 'latent') {
    const picture = step.picture + position * picturesOf(step);
    return { step: { ...step, picture }, seed: known ?? firstSeed(step) + picture };
  }
  const seed = known ?? step.seed + position;
  return { step: { ...step, seed }, seed };
}
