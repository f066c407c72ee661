import type { Payload } from '../../contract/channels.ts';
import type { Display } from '../../contract/views.ts';
import type { ItemRecord } from '../jobs/records.ts';
import type { RunListener, Runner } from '../jobs/runner.ts';
import type { Pieces } from './pieces.ts';
import type { Sources } from './sources.ts';

export interface LiveResultsOptions {
  runner: Runner;
  sources: Sources;
  pieces: Pieces;
  made(piece: Payload<'live.made'>): void;
  onProblem(problem: unknown): void;
}

type Showed = Parameters<NonNullable<RunListener['itemShowed']>>[1];

/** Lets the page look on while the picture on its canvas is restored: one picture at a time, and only while it looks. */
export class LiveResults {
  #watched: { source: string; display: Display } | undefined;
  #inHand: ItemRecord | undefined;

  constructor(private readonly options: LiveResultsOptions) {}

  /** @param source undefined: nobody looks any more */
  watch(source: string | undefined, display: Display): void {
    this.#watched = source === undefined ? undefined : { source, display };
    this.#tell();
  }

  started(item: ItemRecord): void {
    this.#inHand = item;
    this.options.pieces.clear();
    if (this.#watched) this.#tell();
  }

  finished(): void {
    this.#inHand = undefined;
  }

  showed(item: ItemRecord, { file, ...piece }: Showed): void {
    const { sources, pieces, made } = this.options;
    const source = sources.idOf(item.input);
    const url = pieces.urlOf(file);
    if (source === this.#watched?.source) made({ ...piece, source, url });
  }

  #tell(): void {
    const item = this.#inHand;
    if (!item) return;
    const { runner, sources, pieces, onProblem } = this.options;
    const isWatched = sources.idOf(item.input) === this.#watched?.source;
    const watch = isWatched ? { folder: pieces.folder, display: this.#watched!.display } : undefined;
    // An engine that died meanwhile is the runner's affair.
    runner.watch(item, watch).catch(onProblem);
  }
}
