import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { linear, meanSquare } from '../../../models/graph/gradient/layers.ts';
import { ratesOf, trainingStep } from '../../../models/graph/gradient/training-step.ts';
import { startVector } from '../../../models/graph/gradient/weights.ts';
import { randomFloats } from '../../../models/testing/random.ts';
import { SessionThread } from '../inference/sessions.ts';
import { type LearnJob, learn } from './learn.ts';
import type { Lesson } from './lesson.ts';

const work = mkdtempSync(path.join(tmpdir(), 'gesso-learn-'));
const sessions = new SessionThread(new URL('../inference/worker.ts', import.meta.url));
afterAll(async () => {
  await sessions.close();
  rmSync(work, { recursive: true, force: true });
});

const step = trainingStep('plane', (b, weights) => {
  const x = b.extraInput('x', [4, 2]);
  return { loss: meanSquare(b, linear({ b, weights }, 'plane', x, 2, 1), b.extraInput('y', [4, 1])) };
});

/** A plane through points, whose held-out loss is best after 40 steps, and not better for long after 140. */
function plane(): Lesson {
  let at = 0;
  return {
    subject: 'a plane',
    pupils: { plane: { step, start: startVector(step.layout, () => 0.25) } },
    lookers: {},
    usualSteps: 400,
    async step(trainer, { step: number }) {
      at = number;
      const x = { floats: randomFloats(8, number), dims: [4, 2] };
      const y = { floats: x.floats.filter((_, place) => place % 2 === 0), dims: [4, 1] };
      return (await trainer.step('plane', ratesOf(number, 0.01), { x, y })).loss!;
    },
    heldOut: async () => Math.abs(at - 40),
  };
}

/** Learns it. @param until the step before which it is stopped; left out: to its end */
async function run(parts: string, job: Partial<LearnJob> = {}, until = Number.POSITIVE_INFINITY) {
  let left = until;
  const losses: number[] = [];
  const context = {
    ...{ sessions, device: 'cpu' as const, threads: 1 },
    checkpoint() {
      if (left-- <= 1) throw new Error('stopped');
    },
    emit: ({ losses: told }: { losses?: { values: number[] } }) => losses.push(...(told?.values ?? [])),
  };
  return learn(
    plane(),
    { parts: path.join(work, parts), earlyStop: true, ...job },
    context,
    async (trainer, { steps, endedEarly }) => ({
      steps,
      endedEarly,
      vectors: await trainer.vectors(),
      losses,
    }),
  );
}

it('ends where what is held out gets no better, with what was best', async () => {
  const whole = await run('whole');
  expect(whole).toMatchObject({ steps: 140, endedEarly: true });
  const best = await run('best', { length: { steps: 40 } });
  expect(best).toMatchObject({ steps: 40, endedEarly: false });
  expect(whole.vectors).toEqual(best.vectors);
});

it.each([2, 20, 40, 41, 60, 61, 139, 140])('ends the same when it was stopped before step %i', async (at) => {
  const whole = await run('whole');
  const parts = `stopped-${at}`;
  await expect(run(parts, {}, at)).rejects.toThrow('stopped');
  expect(await run(parts)).toMatchObject({ steps: whole.steps, endedEarly: true, vectors: whole.vectors });
});

it('learns all of it where that is asked for', async () => {
  const all = await run('all', { earlyStop: false });
  expect(all).toMatchObject({ steps: 400, endedEarly: false });
  expect(all.losses).toHaveLength(400);
  expect(all.losses.at(-1)).toBeLessThan(all.losses[0]!);
});
