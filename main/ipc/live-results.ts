import type { Payload } from '../../contract/channels.ts';
import type { Display } from '../../contract/views.ts';
import type { ItemRecord } from '../jobs/records.ts';
import type { RunListener, Runner } from '../jobs/runner.ts';
import type { ClipPieces, Sheet } from './clip-pieces.ts';
import type { Pieces } from './pieces.ts';
import type { Sources } from './sources.ts';

export interface LiveResultsOptions {
  runner: Runner;
  sources: Sources;
  pieces: Pieces;
  /** For the newest frames of clips. */
  clipPieces: ClipPieces;
  made(piece: Payload<'live.made'>): void;
  madeFrame(frame: Payload<'clip.latest'>): void;
  onProblem(problem: unknown): void;
}

type Showed = Parameters<NonNullable<RunListener['itemShowed']>>[1];
type Frame = Parameters<NonNullable<RunListener['itemMade']>>[1];

/** Longest side of a clip's newest frame, pixels. */
const FRAME_SIDE = 960;

/** Lets the page look on while what it shows is worked on: one picture or clip at a time, and only while it looks. */
export class LiveResults {
  #watched: { source: string; display: Display } | undefined;
  #inHand: ItemRecord | undefined;
  #sheet: Sheet | undefined;

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
    const source = sources.idOfItem(item);
    const url = pieces.urlOf(file);
    if (source === this.#watched?.source) made({ ...piece, source, url });
  }

  /** The newest frame of the clip in hand. */
  showedFrame(item: ItemRecord, { file, ...frame }: Frame): void {
    const { sources, madeFrame } = this.options;
    const source = sources.idOfItem(item);
    if (source === this.#watched?.source && this.#sheet)
      madeFrame({ ...frame, source, url: this.#sheet.urlOf(file) });
  }

  #tell(): void {
    const item = this.#inHand;
    if (!item) return;
    const { runner, sources, pieces, clipPieces, onProblem } = this.options;
    const isWatched = sources.idOfItem(item) === this.#watched?.source;
    // An engine that died meanwhile is the runner's affair.
    if (sources.openedOf(item).studio === 'interpolate') {
      this.#sheet = isWatched ? clipPieces.open('latest') : undefined;
      const watch = this.#sheet && { folder: this.#sheet.folder, longestSide: FRAME_SIDE };
      runner.watchClip(item, watch).catch(onProblem);
    } else {
      const watch = isWatched ? { folder: pieces.folder, display: this.#watched!.display } : undefined;
      runner.watch(item, watch).catch(onProblem);
    }
  }
}
