import path from 'node:path';
import { DEFAULT_INTERPOLATION } from '../../contract/tasks.ts';
import type { JobItemView, JobView } from '../../contract/views.ts';
import type { ItemRecord, JobRecord } from '../jobs/records.ts';
import type { JobStore } from '../jobs/store.ts';
import { Pace } from './pace.ts';
import type { Sources } from './sources.ts';

/** Jobs that the drawer lists: of this run, of earlier ones, and of the command line. */
const LISTED = 50;

/** The queue's jobs as the drawer shows them, with how fast they go. */
export class JobsView {
  readonly #paces = new Map<number, Pace>();
  #inHand: { item: ItemRecord; fraction: number } | undefined;

  constructor(
    private readonly store: JobStore,
    private readonly sources: Sources,
    private readonly now: () => number = Date.now,
  ) {}

  started(item: ItemRecord): void {
    this.#inHand = { item, fraction: 0 };
    this.#paceOf(item.job).started();
    this.#note(item.job);
  }

  progressed(item: ItemRecord, fraction: number): void {
    if (this.#inHand?.item.id !== item.id) return;
    this.#inHand.fraction = Math.max(this.#inHand.fraction, fraction);
    this.#note(item.job);
  }

  finished(item: ItemRecord): void {
    this.#inHand = undefined;
    this.#note(item.job);
    this.#paceOf(item.job).finished();
  }

  /** What is taken next first, then what is over, the newest first. */
  list(): JobView[] {
    const jobs = this.store.latestJobs(LISTED);
    const isOpen = ({ counts }: JobRecord) => counts.queued + counts.running > 0;
    const open = jobs.filter(isOpen).toReversed();
    const over = jobs.filter((job) => !isOpen(job)).toSorted((a, b) => b.id - a.id);
    const waiting = open.filter(({ counts }) => counts.queued > 0).map(({ id }) => id);
    return [...open, ...over].map((job) => this.#view(job, waiting));
  }

  /** A stretch of a job's items, in the order in which they are taken. */
  items(job: number, offset: number, count: number): JobItemView[] {
    return this.store.itemsFrom(job, offset, count).map((item) => ({
      ...this.sources.itemView(item),
      ...this.#placeOf(item),
    }));
  }

  #view({ id, created, recipe, counts }: JobRecord, waiting: readonly number[]): JobView {
    const total = Object.values(counts).reduce((a, b) => a + b, 0);
    const open = counts.queued + counts.running;
    const own = this.#inHand?.item.job === id ? this.#inHand : undefined;
    const rate = open > 0 ? this.#paces.get(id)?.rate : undefined;
    const at = waiting.indexOf(id);
    const [step] = recipe.steps;
    // Clips have one default, pictures one for each task and scale.
    const named = step && 'model' in step ? step.model : step && 'rule' in step ? step.rule : undefined;
    const model =
      named ??
      (step?.studio === 'interpolate'
        ? DEFAULT_INTERPOLATION
        : // What learns is known by what it learns.
          step?.studio === 'learn'
          ? step.kind
          : undefined);
    return {
      id: this.sources.jobId(id),
      studio: step?.studio ?? 'restore',
      created,
      ...(model !== undefined && { model }),
      ...(step?.studio === 'restore' && step.scale !== undefined && { scale: step.scale }),
      counts,
      fraction: total === 0 ? 1 : Math.min(1, (total - open + (own?.fraction ?? 0)) / total),
      ...(own && {
        inHand: {
          item: this.sources.itemId(own.item.id),
          name: this.#placeOf(own.item).name,
          fraction: own.fraction,
        },
      }),
      ...(rate !== undefined && {
        // One training in so many hours is no pace.
        ...((step?.studio !== 'learn' || total > 1) && { perMinute: rate * 60_000 }),
        millisecondsLeft: Math.max(0, (open - (own?.fraction ?? 0)) / rate),
      }),
      canMove: { earlier: at > 0, later: at >= 0 && at < waiting.length - 1 },
      seq: this.store.seqOf(id),
    };
  }

  /** What an item is called, and where it lies: what is made of nothing by what it becomes. */
  #placeOf(item: ItemRecord): { name: string; folder: string } {
    const { input, result, folder, position } = item;
    if (input === '' || this.sources.openedOf(item).studio === 'generate')
      return {
        name: result ? path.basename(result.output) : String(position + 1),
        folder: path.basename(folder) || folder,
      };
    return { name: path.basename(input), folder: path.basename(path.dirname(input)) || path.dirname(input) };
  }

  #note(job: number): void {
    const counts = this.#countsOf(job);
    if (!counts) return;
    const { done, failed } = counts;
    const fraction = this.#inHand?.item.job === job ? this.#inHand.fraction : 0;
    this.#paceOf(job).note(done + failed + fraction);
  }

  /** A job that was cancelled may be forgotten while the engine still has its last tile in hand. */
  #countsOf(job: number): JobRecord['counts'] | undefined {
    try {
      return this.store.job(job).counts;
    } catch {
      return undefined;
    }
  }

  #paceOf(job: number): Pace {
    let pace = this.#paces.get(job);
    if (!pace) {
      pace = new Pace(this.now);
      this.#paces.set(job, pace);
    }
    return pace;
  }
}
