import { expect, it } from 'vitest';
import { Patience } from './patience.ts';

const over = (losses: readonly number[]) => {
  const patience = new Patience(3);
  return losses.map((loss) => {
    patience.look(loss);
    return patience.isOver;
  });
};

it('bears looks that are no better, and ends at so many of them one after the other', () => {
  expect(over([5, 6, 6, 6])).toEqual([false, false, false, true]);
});

it('begins anew with every progress, however early or late', () => {
  expect(over([5, 6, 6, 4, 5, 5, 3, 4, 4, 4])).toEqual([...Array(9).fill(false), true]);
});

it('knows the best look', () => {
  const patience = new Patience(3);
  expect([3, 4, 2, 2].map((loss) => patience.look(loss))).toEqual([true, false, true, false]);
});

it('goes on from what another one had looked at as if it were that one', () => {
  const losses = [5, 6, 4, 7, 4, 4.5];
  for (let at = 0; at < losses.length; at++) {
    const [before, after] = [new Patience(3), new Patience(3)];
    for (const loss of losses.slice(0, at)) before.look(loss);
    after.goOn(before.looked);
    const found = losses.slice(at).map((loss) => after.look(loss));
    expect(found).toEqual([true, false, true, false, false, false].slice(at));
    expect(after.isOver).toBe(true);
  }
});
