import type { LearntModel } from '../../../contract/learnt.ts';
import type { Graph } from '../../../models/graph/graph.ts';
import type { RawPicture } from '../media/raw-picture.ts';
import type { Pupil, Trainer } from './trainer.ts';

/** Where a training is. */
interface Moment {
  /** The step that comes, from 1. */
  readonly step: number;
  /** How much of the learning is behind it, 0..1. */
  readonly done: number;
}

/**
 * What is learnt, and how: networks, what a step feeds them, and what can be shown of it. A step hangs on the lesson
 * and its number alone, so that a training that was killed goes on exactly as it would have gone.
 */
export interface Lesson {
  /** What is learnt, of what: a text that differs where one must not go on with the other's state. */
  readonly subject: string;
  readonly pupils: Readonly<Record<string, Pupil>>;
  /** Graphs that only look. */
  readonly lookers: Readonly<Record<string, Graph>>;
  /** Steps where the recipe says nothing. */
  readonly usualSteps: number;
  /** @returns the loss that the curve shows */
  step(trainer: Trainer, moment: Moment): Promise<number>;
  /** The loss on what is held out; where there is one, learning stops when it no longer falls. */
  heldOut?(trainer: Trainer): Promise<number>;
  /** What has been learnt so far, as a picture. */
  sketch?(trainer: Trainer): Promise<RawPicture>;
}

/** What a lesson leaves behind, without what the library adds. */
export interface Lasting {
  readonly shape: LearntModel['shape'];
  readonly figures: Readonly<Record<string, number>>;
  readonly notes: readonly string[];
}
