import { existsSync } from 'node:fs';
import { copyFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { isLearnRecipe } from '../../contract/clip-recipe.ts';
import type { TrainingProgress, TrainingView } from '../../contract/learn-views.ts';
import type { ItemRecord, JobRecord } from '../jobs/records.ts';
import type { RunListener } from '../jobs/runner.ts';
import type { Workshop } from '../jobs/workshop.ts';
import { Batch } from './batch.ts';
import type { ClipPieces, Sheet } from './clip-pieces.ts';
import { LossCurve } from './loss-curve.ts';
import type { Sources } from './sources.ts';

type Sketch = Parameters<NonNullable<RunListener['itemSketched']>>[1];
type Losses = Parameters<NonNullable<RunListener['itemLearnt']>>[1];

/** As many as the list shows. */
const LISTED = 100;
/** What changes reaches the page at most this often; milliseconds. */
const BATCH_MS = 150;
/** Before that nothing can be foreseen; milliseconds. */
const TOO_EARLY_MS = 1500;

export interface TrainingsOptions {
  workshop: Workshop;
  sources: Pick<Sources, 'itemId' | 'jobId'>;
  pieces: ClipPieces;
  changed(trainings: TrainingView[]): void;
  progressed(progress: TrainingProgress[]): void;
  /** Something was learnt: the library has it. @param sketch a file of what it had learnt in the end */
  learnt(id: string, told: { sketch?: Told['sketch'] | undefined; curve: LossCurve }): void;
}

/** What is known of a training beside the queue, as long as the window is open. */
interface Told {
  readonly curve: LossCurve;
  fraction: number;
  sketch?: { file: string; url: string; width: number; height: number } | undefined;
  millisecondsLeft?: number | undefined;
}

interface InHand {
  readonly item: ItemRecord;
  readonly begun: number;
  readonly sheet: Sheet;
  /** How far it was when it was taken up. */
  first: number | undefined;
  sketches: number;
}

/** Trainings that are in the queue, or were stopped, with how they get on. */
export class Trainings {
  readonly #told = new Map<number, Told>();
  #inHand: InHand | undefined;
  readonly #changed = new Batch<'trainings', true>(BATCH_MS, () => this.options.changed(this.list()));
  readonly #progressed = new Batch<number, true>(BATCH_MS, (jobs) =>
    this.options.progressed([...jobs.keys()].flatMap((job) => this.#progressOf(job) ?? [])),
  );

  constructor(private readonly options: TrainingsOptions) {}

  /** The newest first. */
  list(): TrainingView[] {
    return this.options.workshop.store.latestLearning(LISTED).map((job) => this.#view(job));
  }

  /** How far those are that were worked on since the window was opened. */
  progress(): TrainingProgress[] {
    return [...this.#told.keys()].flatMap((job) => this.#progressOf(job) ?? []);
  }

  #view({ id, recipe, counts }: JobRecord): TrainingView {
    if (!isLearnRecipe(recipe)) throw new Error('a job that learns nothing');
    const { sources, workshop } = this.options;
    const [step] = recipe.steps;
    const items = workshop.store.items(id);
    const inputs = step.kind === 'denoise' ? items.map(({ input }) => input) : step.sources;
    const from = inputs.slice(0, 20).map((file) => path.basename(file));
    const before = step.from === undefined ? undefined : workshop.learnt.get(step.from);
    const error = items.find((item) => item.status === 'failed')?.error;
    const written = step.kind === 'denoise' ? items.find(({ result }) => result) : undefined;
    const learnt = step.kind === 'denoise' ? undefined : items[0]?.result?.model;
    return {
      id: sources.jobId(id),
      kind: step.kind,
      name: recipe.name ?? before?.name ?? path.parse(from[0] ?? '').name.replace(/^sample:/, ''),
      from,
      length: step.length,
      status: statusOf(counts),
      done: counts.done + counts.skipped,
      total: items.length,
      ...(error && { error }),
      ...(written && { written: sources.itemId(written.id) }),
      ...(learnt !== undefined && { learnt }),
    };
  }

  #progressOf(job: number): TrainingProgress | undefined {
    const told = this.#told.get(job);
    if (!told) return undefined;
    const { curve, fraction, sketch, millisecondsLeft } = told;
    return {
      id: this.options.sources.jobId(job),
      fraction,
      step: curve.step,
      ...(curve.last !== undefined && { loss: curve.last }),
      curve: curve.points,
      ...(sketch && { sketch: { url: sketch.url, width: sketch.width, height: sketch.height } }),
      ...(millisecondsLeft !== undefined && { millisecondsLeft }),
    };
  }

  itemChanged(): void {
    this.#changed.set('trainings', true);
  }

  started(item: ItemRecord): void {
    const sheet = this.options.pieces.open('trainings');
    this.#inHand = { item, begun: performance.now(), sheet, first: undefined, sketches: 0 };
    if (this.#isOfPictures(item)) this.#told.delete(item.job);
    this.#of(item).millisecondsLeft = undefined;
  }

  progressed(item: ItemRecord, fraction: number): void {
    const own = this.#own(item);
    if (!own) return;
    const told = this.#of(item);
    const { counts, total } = this.#countsOf(item);
    own.first ??= fraction;
    const took = performance.now() - own.begun;
    const made = fraction - own.first;
    told.fraction = (counts + fraction) / total;
    told.millisecondsLeft =
      took > TOO_EARLY_MS && made > 0.005 ? (took / made) * (1 - fraction + (total - counts - 1)) : undefined;
    this.#progressed.set(item.job, true);
  }

  learnt(item: ItemRecord, { from, values }: Losses): void {
    if (!this.#own(item)) return;
    this.#of(item).curve.add(from, values);
    this.#progressed.set(item.job, true);
  }

  /** What it has learnt so far lies in a folder that goes with the work: a copy is shown. */
  async sketched(item: ItemRecord, { file, width, height }: Sketch): Promise<void> {
    const own = this.#own(item);
    if (!own) return;
    const { folder } = own.sheet;
    const copy = path.join(folder, `${own.sketches++}.png`);
    try {
      await copyFile(file, copy);
    } catch {
      // It is learnt meanwhile, or was given up.
      return;
    }
    if (this.#inHand !== own) return;
    const told = this.#of(item);
    told.sketch = { file: copy, url: own.sheet.urlOf(copy), width, height };
    this.#progressed.set(item.job, true);
  }

  finished(item: ItemRecord): void {
    if (!this.#own(item)) return;
    this.#inHand = undefined;
    const told = this.#of(item);
    told.millisecondsLeft = undefined;
    const now = this.#read(item);
    if (now?.status === 'done' && now.result && !this.#isOfPictures(item)) {
      told.fraction = 1;
      this.options.learnt(now.result.model, told);
    }
    this.#progressed.set(item.job, true);
  }

  /** Takes one off the list that is neither waited for nor in work; what it had learnt goes. */
  async forget(job: number): Promise<void> {
    const { store, folder } = this.options.workshop;
    for (const { id } of store.items(job)) {
      if (!store.forgetItem(id)) continue;
      const parts = path.join(folder.parts, String(id));
      if (existsSync(parts)) await rm(parts, { recursive: true, force: true });
    }
    this.#told.delete(job);
    this.#changed.set('trainings', true);
    this.#changed.flush();
  }

  close(): void {
    this.#changed.close();
    this.#progressed.close();
  }

  #own({ id }: ItemRecord): InHand | undefined {
    return this.#inHand?.item.id === id ? this.#inHand : undefined;
  }

  #of({ job }: ItemRecord): Told {
    let told = this.#told.get(job);
    if (!told) {
      told = { curve: new LossCurve(), fraction: 0 };
      this.#told.set(job, told);
    }
    return told;
  }

  #isOfPictures({ job }: ItemRecord): boolean {
    const recipe = this.options.workshop.store.recipeOf(job);
    return isLearnRecipe(recipe) && recipe.steps[0].kind === 'denoise';
  }

  /** How many items of its job are over, and how many there are. */
  #countsOf({ job }: ItemRecord): { counts: number; total: number } {
    const { done, skipped, failed, cancelled, queued, running } = this.options.workshop.store.job(job).counts;
    const counts = done + skipped + failed + cancelled;
    return { counts, total: Math.max(1, counts + queued + running) };
  }

  #read({ id }: ItemRecord): ItemRecord | undefined {
    try {
      return this.options.workshop.store.item(id);
    } catch {
      return undefined;
    }
  }
}

function statusOf({ queued, running, cancelled, failed }: JobRecord['counts']): TrainingView['status'] {
  if (running > 0) return 'running';
  if (queued > 0) return 'queued';
  if (cancelled > 0) return 'stopped';
  return failed > 0 ? 'failed' : 'done';
}
