import { copyFile, mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Place } from '../../../../models/graph/gradient/weights.ts';
import { STATE_FILE } from '../../../../models/library/learnt.ts';
import { fsyncFile } from '../../../../models/library/storage.ts';
import type { SessionThread } from '../../inference/sessions.ts';
import { type Learnt, learn } from '../../learning/learn.ts';
import type { Lasting, Lesson } from '../../learning/lesson.ts';
import type { Trainer } from '../../learning/trainer.ts';
import type { Event, Params, Result } from '../../protocol/methods.ts';

export type TrainJob = Params<'learn.train'>;

export interface TrainContext {
  readonly sessions: SessionThread;
  /** Throws when the call was cancelled. */
  checkpoint(): void;
  emit(event: Event<'learn.train'>): void;
}

/** Learns one kind of thing and leaves it at `job.temp`. */
export type Teach = (job: TrainJob, context: TrainContext) => Promise<Result<'learn.train'>>;

/**
 * Runs a lesson and puts its state into the folder of what is learnt.
 * @param show measures what was learnt, and writes what the kind adds to the folder
 */
export function teachLesson(
  job: TrainJob,
  context: TrainContext,
  lesson: Lesson,
  examples: number,
  show: (trainer: Trainer, learnt: Learnt) => Promise<Lasting & { latent?: Result<'learn.train'>['latent'] }>,
): Promise<Result<'learn.train'>> {
  const { step, parts, from, temp, previews } = job;
  // The processor: small networks spend their time on the way to a GPU and back.
  const device = 'cpu' as const;
  return learn(
    lesson,
    { length: step.length, earlyStop: step.earlyStop, parts, from, previews: previews?.folder },
    { ...context, device },
    async (trainer, learnt) => {
      await rm(temp, { recursive: true, force: true });
      await mkdir(temp, { recursive: true });
      await copyFile(path.join(parts, STATE_FILE), path.join(temp, STATE_FILE));
      await fsyncFile(path.join(temp, STATE_FILE));
      const { latent, shape, figures, notes } = await show(trainer, learnt);
      const networks = Object.fromEntries(
        Object.entries(lesson.pupils).map(([name, { step: own }]) => [
          name,
          { layout: own.layout.map(placeOf), count: own.count },
        ]),
      );
      return {
        learnt: {
          shape,
          networks,
          learnt: {
            from: step.sources.map((source) => path.basename(source)),
            examples,
            steps: learnt.steps,
            seconds: Math.round(learnt.seconds * 10) / 10,
            seed: step.seed,
            figures: { ...figures },
            notes: [
              ...notes,
              ...(learnt.endedEarly ? ['It ended early: what is held out got no better.'] : []),
            ],
          },
          parameters: Object.values(lesson.pupils).reduce((sum, pupil) => sum + pupil.step.count, 0),
        },
        ...(latent && { latent }),
        device,
      };
    },
  );
}

const placeOf = ({ name, dims, offset }: Place) => ({ name, dims: [...dims], offset });
