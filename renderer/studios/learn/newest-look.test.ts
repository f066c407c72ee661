import { expect, it } from 'vitest';
import type { Outcome } from '../../../contract/bridge.ts';
import type { ErrorRecord } from '../../../contract/errors.ts';
import type { SeenScene } from '../../../contract/learn-views.ts';
import { LADDER, NewestLook } from './newest-look.ts';

const CANCELLED: ErrorRecord = { code: 'job/cancelled', message: 'It was cancelled.', hint: '' };

/** A look whose views are drawn when the test says so. */
function looking() {
  const asked: { around: number; within: number | undefined; isCancelled: boolean }[] = [];
  const seen: string[] = [];
  const failed: string[] = [];
  let answer: (outcome: Outcome<SeenScene>) => void = () => {};
  const look = new NewestLook({
    ask: ({ around }, within) => {
      const call = { around, within, isCancelled: false };
      asked.push(call);
      const outcome = new Promise<Outcome<SeenScene>>((resolve) => {
        answer = resolve;
      });
      return {
        outcome,
        cancel: () => {
          call.isCancelled = true;
          answer({ ok: false, error: CANCELLED });
        },
      };
    },
    seen: ({ url }) => seen.push(url),
    failed: ({ code }) => failed.push(code),
  });
  const settle = async (outcome: Outcome<SeenScene>) => {
    answer(outcome);
    await new Promise((resolve) => setTimeout(resolve));
  };
  return {
    ...{ asked, seen, failed },
    at: (around: number) => look.at({ around, higher: 0 }),
    end: () => look.end(),
    drawn: (isWhole = false) =>
      settle({ ok: true, value: { url: `gesso://${asked.length}`, side: 32, isWhole } }),
    fails: () => settle({ ok: false, error: { ...CANCELLED, code: 'model/broken' } }),
    rests: () => new Promise((resolve) => setTimeout(resolve)),
  };
}

it('what rests is drawn finer, up to the whole', async () => {
  const { at, asked, seen, drawn } = looking();
  at(0);
  for (const _ of LADDER) await drawn();
  expect(asked.map(({ within }) => within)).toEqual([...LADDER]);
  expect(seen).toHaveLength(LADDER.length);
});

it('a small view that is whole already is not drawn again', async () => {
  const { at, asked, drawn } = looking();
  at(0);
  await drawn(true);
  expect(asked).toHaveLength(1);
});

it('of what is asked for meanwhile, only the newest is drawn', async () => {
  const { at, asked, drawn } = looking();
  for (const around of [0, 10, 20, 30]) at(around);
  await drawn();
  expect(asked.map(({ around }) => around)).toEqual([0, 30]);
  expect(asked[0]!.isCancelled).toBe(false);
});

it('a finer view is given up for a newer one, and nobody is told', async () => {
  const { at, asked, failed, drawn, rests } = looking();
  at(0);
  await drawn();
  at(10);
  await rests();
  expect(asked).toMatchObject([
    { around: 0, within: LADDER[0] },
    { around: 0, within: LADDER[1], isCancelled: true },
    { around: 10, within: LADDER[0] },
  ]);
  expect(failed).toEqual([]);
});

it('what fails is told once, and can be tried again', async () => {
  const { at, asked, failed, fails } = looking();
  at(0);
  await fails();
  expect(failed).toEqual(['model/broken']);
  at(10);
  expect(asked).toHaveLength(2);
});

it('after its end nothing is drawn or told', async () => {
  const { at, end, asked, seen, failed, rests } = looking();
  at(0);
  end();
  await rests();
  expect(asked).toMatchObject([{ isCancelled: true }]);
  expect([...seen, ...failed]).toEqual([]);
});
