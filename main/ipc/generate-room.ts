import path from 'node:path';
import type { EventName, Payload } from '../../contract/channels.ts';
import { isGenerateRecipe } from '../../contract/clip-recipe.ts';
import type { ItemRecord } from '../jobs/records.ts';
import type { RunListener } from '../jobs/runner.ts';
import type { Workshop } from '../jobs/workshop.ts';
import { ChosenFiles } from './chosen-files.ts';
import type { ClipPieces } from './clip-pieces.ts';
import { GenerateViews } from './generate-views.ts';
import { MadePictures } from './made-pictures.ts';
import type { Previews } from './previews.ts';
import { Prompts } from './prompts.ts';
import type { Sources } from './sources.ts';

export interface GenerateRoomOptions {
  workshop: Workshop;
  sources: Sources;
  previews: Previews;
  pieces: ClipPieces;
  emit<E extends EventName>(event: E, payload: Payload<E>): void;
  onProblem(problem: unknown): void;
}

type Heard = Required<
  Pick<RunListener, 'itemStarted' | 'itemProgressed' | 'itemStepped' | 'itemSketched' | 'itemFinished'>
>;

/** What main keeps for Generate: files that were chosen, prompts, patterns to look at, and what was made. */
export class GenerateRoom {
  readonly files: ChosenFiles;
  readonly prompts: Prompts;
  readonly views: GenerateViews;
  readonly made: MadePictures;

  constructor(private readonly options: GenerateRoomOptions) {
    const { workshop, sources, previews, pieces, emit, onProblem } = options;
    const { root } = workshop.folder;
    this.files = new ChosenFiles({ file: path.join(root, 'chosen-files.json'), onProblem });
    this.prompts = new Prompts({
      file: path.join(root, 'prompts.json'),
      changed: (shelf) => emit('prompts.changed', shelf),
      onProblem,
    });
    this.views = new GenerateViews({
      ...{ workshop, pieces, files: this.files },
      sketched: (sketch) => emit('generate.sketched', sketch),
      made: (thumb) => emit('generate.thumb', thumb),
    });
    this.made = new MadePictures({
      ...{ store: workshop.store, sources, previews, pieces, files: this.files },
      drawn: (item) => this.views.drawn(item),
      changed: (made) => emit('made.changed', made),
      progressed: (progress) => emit('made.progressed', progress),
    });
  }

  /** Whether an item of the queue is a picture of this room. */
  has({ job }: Pick<ItemRecord, 'job'>): boolean {
    try {
      return isGenerateRecipe(this.options.workshop.store.recipeOf(job));
    } catch {
      // It was cancelled and forgotten while it was in hand.
      return false;
    }
  }

  /** What of a run is to be heard here. */
  readonly heard: Heard = {
    itemStarted: (item) => {
      if (this.has(item)) this.made.started(item);
    },
    itemProgressed: (item, fraction) => this.made.progressed(item, fraction),
    itemStepped: (item, steps) => this.made.stepped(item, steps),
    itemSketched: (item, sketch) => void this.made.sketched(item, sketch),
    itemFinished: (item) => this.made.finished(item),
  };

  itemChanged(item: ItemRecord): void {
    if (this.has(item)) this.made.itemChanged(item);
  }

  close(): void {
    this.made.close();
  }
}
