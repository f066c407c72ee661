import type { Call } from '../../contract/bridge.ts';
import type { Args, Payload, Reply } from '../../contract/channels.ts';
import type { ErrorRecord } from '../../contract/errors.ts';
import type { RestoreStep } from '../../contract/recipe.ts';
import type { Display, PixelRect } from '../../contract/views.ts';
import { nextTurn } from '../app/turns.ts';
import { Draft } from '../canvas/draft.ts';
import { type MadeBlock, timeOf } from './compared.ts';

/** After the last move of the view the models wait so long before they begin; milliseconds. */
const SETTLED_MS = 120;

/** A picture to compare on; width and height in pixels. */
interface ComparedPicture {
  id: string;
  width: number;
  height: number;
}

/** A model with the steps that show it. */
export interface Target {
  model: string;
  steps: RestoreStep[];
  /** Pixels of the result for each of the source. */
  scale: number;
}

export type PaneState =
  | { kind: 'waiting' | 'stopped' | 'done' }
  /** 0..1 of what is in sight. */
  | { kind: 'working'; fraction: number }
  | { kind: 'failed'; error: ErrorRecord };

/** What one model has made of the picture so far: it stays while the view moves. */
interface Sheet extends Target {
  /** Picture and steps that it was made of. */
  made: string;
  draft: Draft;
  blocks: Map<string, MadeBlock>;
  /** The part for which all of it is there. */
  covered: string;
  error: ErrorRecord | undefined;
}

interface Running {
  sheet: Sheet;
  turn: number;
  fraction: number;
  call: Pick<Call<unknown>, 'cancel'>;
  decoding: Promise<unknown>[];
}

export interface ComparisonOptions {
  run(args: Args<'preview.run'>): Call<Reply<'preview.run'>>;
  decode(url: string): Promise<HTMLImageElement>;
  display: Display;
  /** Something is to be drawn, or said, anew. */
  changed(): void;
}

/**
 * Several models at work on what is in sight, one after the other: there is one preview at a time, and two networks at
 * once would only take the processor from each other. What fails does not keep the others from their turn.
 */
export class Comparison {
  #picture: ComparedPicture | undefined;
  #sheets: Sheet[] = [];
  /** Those of models that were shown before, too: a model that comes back has its blocks. */
  readonly #known = new Map<string, Sheet>();
  #region: PixelRect | undefined;
  #running: Running | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isHeld = false;
  #isEnded = false;

  constructor(private readonly options: ComparisonOptions) {}

  /** What is compared from now on; what is there already of the same models stays. */
  aim(picture: ComparedPicture | undefined, targets: readonly Target[]): void {
    if (picture?.id !== this.#picture?.id) {
      this.#stop();
      this.#known.clear();
      this.#region = undefined;
    }
    this.#picture = picture;
    this.#sheets = picture ? targets.map((target) => this.#sheetOf(target, picture)) : [];
    if (this.#running && !this.#sheets.includes(this.#running.sheet)) this.#stop();
    this.#begin();
  }

  /** Another part of the picture may be in sight; pixels of the source. */
  see(region: PixelRect | undefined): void {
    if (JSON.stringify(region) === JSON.stringify(this.#region)) return;
    this.#region = region;
    clearTimeout(this.#timer);
    // What is under way goes on while the view still moves: its blocks may be of use.
    this.#timer = setTimeout(() => {
      this.#stop();
      this.#begin();
    }, SETTLED_MS);
    this.options.changed();
  }

  /** Holds all models, or lets them go on. */
  hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
    if (isHeld) this.#stop();
    this.#begin();
  }

  get isHeld(): boolean {
    return this.#isHeld;
  }

  /** A model that failed gets another turn. */
  retry(model: string): void {
    const sheet = this.#sheetFor(model);
    if (sheet) sheet.error = undefined;
    this.#begin();
  }

  /** Hears a block of a preview; those of other calls are left alone. */
  add({ turn, key, url, place, fraction, milliseconds }: Payload<'preview.made'>): void {
    const running = this.#running;
    if (!running || running.turn !== turn) return;
    const { sheet } = running;
    const decoding = this.options.decode(url).then(
      (image) => {
        if (sheet.blocks.has(key)) return;
        sheet.blocks.set(key, { place, milliseconds });
        sheet.draft.add(key, image, place);
        running.fraction = Math.max(running.fraction, fraction);
        if (!this.#isEnded) this.options.changed();
      },
      // It was given up; it is asked for again with the next part.
      () => {},
    );
    running.decoding.push(decoding);
  }

  stateOf(model: string): PaneState {
    const sheet = this.#sheetFor(model);
    if (sheet?.error) return { kind: 'failed', error: sheet.error };
    const running = this.#running;
    if (running && running.sheet === sheet) return { kind: 'working', fraction: running.fraction };
    if (sheet && this.#isCovered(sheet)) return { kind: 'done' };
    return { kind: this.#isHeld ? 'stopped' : 'waiting' };
  }

  draftOf(model: string): Draft | undefined {
    return this.#sheetFor(model)?.draft;
  }

  /** Milliseconds for what is in sight, once all of it is there. */
  timeOf(model: string): number | undefined {
    const sheet = this.#sheetFor(model);
    if (!sheet || !this.#region || !this.#isCovered(sheet)) return undefined;
    return timeOf(sheet.blocks.values(), this.#region, sheet.scale);
  }

  /** Ends what is at work; nothing is said any more. */
  end(): void {
    this.#isEnded = true;
    clearTimeout(this.#timer);
    this.#stop();
  }

  #begin(): void {
    if (this.#isEnded) return;
    const [picture, region] = [this.#picture, this.#region];
    const sheet = this.#sheets.find((each) => !each.error && !this.#isCovered(each));
    if (!this.#running && !this.#isHeld && picture && region && sheet) void this.#run(sheet, picture, region);
    this.options.changed();
  }

  async #run(sheet: Sheet, picture: ComparedPicture, region: PixelRect): Promise<void> {
    const turn = nextTurn();
    const call = this.options.run({
      source: picture.id,
      region,
      steps: sheet.steps,
      display: this.options.display,
      skip: [...sheet.blocks.keys()],
      turn,
    });
    const running: Running = { sheet, turn, fraction: 0, call, decoding: [] };
    this.#running = running;
    const outcome = await call.outcome;
    // The next model's first block clears away the files of this one.
    await Promise.all(running.decoding);
    if (this.#running !== running) return;
    this.#running = undefined;
    if (outcome.ok) sheet.covered = JSON.stringify(region);
    else if (outcome.error.code === 'job/cancelled') this.#isHeld = true;
    else sheet.error = outcome.error;
    this.#begin();
  }

  #stop(): void {
    this.#running?.call.cancel();
    this.#running = undefined;
  }

  #isCovered({ covered }: Sheet): boolean {
    return this.#region !== undefined && covered === JSON.stringify(this.#region);
  }

  #sheetFor(model: string): Sheet | undefined {
    return this.#sheets.find((sheet) => sheet.model === model);
  }

  #sheetOf(target: Target, { id, width, height }: ComparedPicture): Sheet {
    const { model, steps, scale } = target;
    const made = JSON.stringify([id, steps]);
    const known = this.#known.get(model);
    if (known?.made === made) return known;
    const size = { width: Math.round(width * scale), height: Math.round(height * scale) };
    const draft = new Draft(model, size);
    const sheet: Sheet = { ...target, made, draft, blocks: new Map(), covered: '', error: undefined };
    this.#known.set(model, sheet);
    return sheet;
  }
}
