import path from 'node:path';
import type { EventName, Payload } from '../../contract/channels.ts';
import { isLearnRecipe } from '../../contract/clip-recipe.ts';
import type { LearnSource } from '../../contract/learn-views.ts';
import type { ItemRecord } from '../jobs/records.ts';
import type { RunListener } from '../jobs/runner.ts';
import type { Workshop } from '../jobs/workshop.ts';
import type { ClipPieces } from './clip-pieces.ts';
import { Ids } from './ids.ts';
import { LearntThings } from './learnt-things.ts';
import type { Previews } from './previews.ts';
import type { Sources } from './sources.ts';
import { Trainings } from './trainings.ts';

export interface LearnRoomOptions {
  workshop: Workshop;
  sources: Sources;
  previews: Previews;
  pieces: ClipPieces;
  emit<E extends EventName>(event: E, payload: Payload<E>): void;
  /** The library has another network that draws. */
  modelsChanged(): void;
}

type Heard = Required<
  Pick<RunListener, 'itemStarted' | 'itemProgressed' | 'itemLearnt' | 'itemSketched' | 'itemFinished'>
>;

/** What main keeps for Learn: what was chosen, what is being learnt, and what was. */
export class LearnRoom {
  /** Lists of paths that were chosen together, each as JSON. */
  readonly #chosen = new Ids<string>('choice of files');
  /** Results of uses, and files that were found. */
  readonly files = new Ids<string>('file');
  readonly trainings: Trainings;
  readonly things: LearntThings;

  constructor(private readonly options: LearnRoomOptions) {
    const { workshop, sources, previews, pieces, emit, modelsChanged } = options;
    this.things = new LearntThings({
      ...{ workshop, previews, pieces, files: this.files },
      changed: (learnt) => emit('learnt.changed', learnt),
      using: (fraction) => emit('learn.using', { fraction }),
    });
    this.trainings = new Trainings({
      ...{ workshop, sources, pieces },
      changed: (trainings) => emit('trainings.changed', trainings),
      progressed: (progress) => emit('trainings.progressed', progress),
      learnt: (id, told) => {
        this.things.learnt(id, told);
        modelsChanged();
      },
    });
  }

  /** Files or folders as the page may know them. */
  chosen(paths: readonly string[]): LearnSource {
    const [first = ''] = paths;
    return {
      id: this.#chosen.of(JSON.stringify(paths)),
      name: nameOf(first),
      others: Math.max(0, paths.length - 1),
    };
  }

  /** @throws GessoError usage/invalid for an id that was never given out */
  pathsOf(id: string): string[] {
    return JSON.parse(this.#chosen.key(id)) as string[];
  }

  /** Whether an item of the queue is a training. */
  has({ job }: Pick<ItemRecord, 'job'>): boolean {
    try {
      return isLearnRecipe(this.options.workshop.store.recipeOf(job));
    } catch {
      // It was cancelled and forgotten while it was in hand.
      return false;
    }
  }

  /** What of a run is to be heard here. */
  readonly heard: Heard = {
    itemStarted: (item) => {
      if (this.has(item)) this.trainings.started(item);
    },
    itemProgressed: (item, fraction) => this.trainings.progressed(item, fraction),
    itemLearnt: (item, losses) => this.trainings.learnt(item, losses),
    itemSketched: (item, sketch) => void this.trainings.sketched(item, sketch),
    itemFinished: (item) => this.trainings.finished(item),
  };

  itemChanged(item: ItemRecord): void {
    if (this.has(item)) this.trainings.itemChanged();
  }

  close(): void {
    this.trainings.close();
  }
}

/** Of a file, a folder, or the scene that Gesso draws. */
function nameOf(chosen: string): string {
  return path.basename(chosen).replace(/^sample:/, '') || chosen;
}
