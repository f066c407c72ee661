import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { GessoError } from '../../../contract/errors.ts';
import type { LearnLength } from '../../../contract/learn-step.ts';
import { STATE_FILE } from '../../../models/library/learnt.ts';
import { writeRawPicture } from '../media/raw-picture.ts';
import { type Checkpoint, readCheckpoint, writeCheckpoint } from './checkpoint.ts';
import type { Lesson } from './lesson.ts';
import { Patience } from './patience.ts';
import { Trainer, type TrainerOptions } from './trainer.ts';

/** What is told while it learns. */
interface LearnEvent {
  /** 0..1 of this training; never falls. */
  readonly fraction: number;
  /** Losses since the last event; the first of them is of step `from`. */
  readonly losses?: { readonly from: number; readonly values: number[] };
  readonly preview?: { readonly file: string; readonly width: number; readonly height: number };
}

export interface LearnJob {
  /** Left out: as many steps as the lesson needs as a rule. */
  readonly length?: LearnLength | undefined;
  /** Whether it ends where what is held out gets no better for long, with what was best. */
  readonly earlyStop: boolean;
  /** A folder that outlives the process: what is learnt so far is kept there. */
  readonly parts: string;
  /** The state of an earlier training to go on with, where this one has none of its own. */
  readonly from?: string | undefined;
  /** A folder for pictures of what has been learnt so far. */
  readonly previews?: string | undefined;
}

export interface LearnContext extends TrainerOptions {
  /** Throws when the call was cancelled. */
  checkpoint(): void;
  emit(event: LearnEvent): void;
}

export interface Learnt {
  /** Steps of all trainings together. */
  readonly steps: number;
  readonly seconds: number;
  /** What is held out got no better for long. */
  readonly endedEarly: boolean;
}

/** So often what is learnt is put on the disk, milliseconds: as much is lost by a kill. It may take a fortieth. */
const SAVE_EVERY_MS = 2_000;
const FIRST_SAVE_MS = 250;
const SAVE_SHARE = 40;
const TELL_EVERY_MS = 100;
const SKETCH_EVERY_MS = 2_000;
/** A sketch that takes long is made so much more seldom: it may take a twentieth of the time. */
const SKETCH_SHARE = 20;
/** Shares of the training between two looks at what is held out, and how many of them without progress end it. */
const LOOKS = 20;
/** A look costs about as much as some steps. */
const LEAST_BETWEEN = 20;
const PATIENCE = 5;
/** In the job's folder: what had been learnt when what is held out was told best. */
const BEST_FILE = 'best.state';

/**
 * Learns a lesson to its end, or until it stops getting better, or until it is cancelled; in each case what has been
 * learnt is on the disk, and the next call with the same folder goes on from there.
 * @param use what is to be done with the finished networks, which are closed after it
 */
export async function learn<T>(
  lesson: Lesson,
  job: LearnJob,
  context: LearnContext,
  use: (trainer: Trainer, learnt: Learnt) => Promise<T>,
): Promise<T> {
  await mkdir(job.parts, { recursive: true });
  const trainer = await Trainer.open(lesson.pupils, lesson.lookers, context);
  try {
    const learning = new Learning(lesson, job, context, trainer);
    return await use(trainer, await learning.run());
  } finally {
    await trainer.close();
  }
}

class Learning {
  readonly #file: string;
  /** Losses of all steps, those of earlier trainings among them. */
  #losses: number[] = [];
  #step = 0;
  /** Where this training begins, behind those it goes on with. */
  #first = 0;
  #seconds = 0;
  #firstSeconds = 0;
  readonly #patience = new Patience(PATIENCE);
  /** Where what is held out was last looked at: how many of the shares were done, and the step. */
  #lookedAt = { shares: 0, step: 0 };
  #told = 0;
  #fraction = 0;
  #sketches = 0;

  constructor(
    private readonly lesson: Lesson,
    private readonly job: LearnJob,
    private readonly context: LearnContext,
    private readonly trainer: Trainer,
  ) {
    this.#file = path.join(job.parts, STATE_FILE);
  }

  async run(): Promise<Learnt> {
    await this.#goOn();
    const { lesson, trainer, context, job } = this;
    const length = job.length ?? { steps: lesson.usualSteps };
    let begun = performance.now();
    let told = begun;
    let nextSave = begun + FIRST_SAVE_MS;
    let pause = FIRST_SAVE_MS;
    let nextSketch = begun + SKETCH_EVERY_MS;
    const before = this.#seconds;
    const done = () =>
      'steps' in length
        ? (this.#step - this.#first) / length.steps
        : (this.#seconds - this.#firstSeconds) / (60 * length.minutes);
    this.#told = this.#step;
    while (done() < 1 && !this.#patience.isOver) {
      try {
        context.checkpoint();
      } catch (thrown) {
        // Whoever stops it wants to go on later.
        await this.#save();
        throw thrown;
      }
      const loss = await lesson.step(trainer, { step: this.#step + 1, done: done() });
      this.#losses.push(loss);
      this.#step += 1;
      const now = performance.now();
      this.#seconds = before + (now - begun) / 1000;
      if (now - told > TELL_EVERY_MS) {
        told = now;
        this.#tell(done());
      }
      // Before it is saved: what is saved at a step has been looked at.
      const shares = Math.floor(LOOKS * done());
      const isTime = shares > this.#lookedAt.shares && this.#step - this.#lookedAt.step >= LEAST_BETWEEN;
      if (job.earlyStop && lesson.heldOut && isTime) {
        this.#lookedAt = { shares, step: this.#step };
        await this.#look(await lesson.heldOut(trainer));
      }
      if (now > nextSave) {
        const before = performance.now();
        await this.#save();
        const after = performance.now();
        pause = Math.min(SAVE_EVERY_MS, 2 * pause);
        nextSave = after + Math.max(pause, SAVE_SHARE * (after - before));
      }
      if (job.previews && lesson.sketch && now > nextSketch) {
        const before = performance.now();
        await this.#sketch(done());
        const after = performance.now();
        nextSketch = after + Math.max(SKETCH_EVERY_MS, SKETCH_SHARE * (after - before));
      }
      // What was not learning does not count against its time.
      begun += performance.now() - now;
    }
    this.#tell(1);
    await this.#save();
    return { steps: this.#step, seconds: this.#seconds, endedEarly: this.#patience.isOver };
  }

  /** Takes up what this job has learnt so far, or else what it is to go on with. */
  async #goOn(): Promise<void> {
    const own = await readCheckpoint(this.#file);
    const found = own ?? (this.job.from === undefined ? undefined : await readCheckpoint(this.job.from));
    if (!found) return;
    if (found.subject !== this.lesson.subject || !(await this.trainer.restore(found.vectors)))
      throw new GessoError(
        'recipe/invalid',
        'What was learnt before is of another kind or size; one cannot go on with it.',
        'Ask for the same kind and --size, or learn anew: leave --resume out.',
      );
    this.#step = found.step;
    this.#seconds = found.seconds;
    this.#losses = [...(found.vectors.get('losses') ?? [])];
    // Of its own training the beginning is what it was; of an earlier one it is here.
    const [first = 0, firstSeconds = 0] = own
      ? (found.vectors.get('begun') ?? [])
      : [found.step, found.seconds];
    this.#first = first;
    this.#firstSeconds = firstSeconds;
    this.#lookedAt = { shares: 0, step: first };
    if (!own?.looks) return;
    const { shares, step, ...looked } = own.looks;
    this.#lookedAt = { shares, step };
    this.#patience.goOn(looked);
  }

  async #save(): Promise<void> {
    const vectors = await this.trainer.vectors();
    vectors.set('losses', Float32Array.from(this.#losses));
    vectors.set('begun', Float32Array.of(this.#first, this.#firstSeconds));
    const { looked } = this.#patience;
    // Where no look has found a number yet, there is nothing to bear in mind.
    const looks = looked && Number.isFinite(looked.lowest) ? { ...this.#lookedAt, ...looked } : undefined;
    await this.#write(this.#file, vectors, looks);
  }

  #write(file: string, vectors: Map<string, Float32Array>, looks?: Checkpoint['looks']): Promise<void> {
    const { subject } = this.lesson;
    return writeCheckpoint(file, {
      ...{ subject, step: this.#step, seconds: this.#seconds, vectors },
      ...(looks && { looks }),
    });
  }

  #tell(done: number): void {
    this.#fraction = Math.max(this.#fraction, Math.min(1, done));
    const values = this.#losses.slice(this.#told);
    this.context.emit({
      fraction: this.#fraction,
      ...(values.length > 0 && { losses: { from: this.#told + 1, values } }),
    });
    this.#told = this.#step;
  }

  async #sketch(done: number): Promise<void> {
    const { previews } = this.job;
    if (!previews || !this.lesson.sketch) return;
    const picture = await this.lesson.sketch(this.trainer);
    await mkdir(previews, { recursive: true });
    const file = path.join(previews, `${this.#sketches++}.png`);
    await writeRawPicture(picture, file);
    this.#fraction = Math.max(this.#fraction, Math.min(1, done));
    this.context.emit({
      fraction: this.#fraction,
      preview: { file, width: picture.width, height: picture.height },
    });
  }

  /** What comes of a look at what is held out: the best is kept, and taken up again where it is time to end. */
  async #look(loss: number): Promise<void> {
    const best = path.join(this.job.parts, BEST_FILE);
    // Before any checkpoint says that it is there.
    if (this.#patience.look(loss)) await this.#write(best, await this.trainer.vectors());
    if (!this.#patience.isOver) return;
    const kept = await readCheckpoint(best);
    if (kept) await this.trainer.restore(kept.vectors);
  }
}
