import { expect, it } from 'vitest';
import { Patience } from './patience.ts';

const over = (losses: readonly number[]) => {
  const patience = new Patience(3);
  return losses.map((loss) => patience.look(loss).isOver);
};

it('bears looks that are no better, and ends at so many of them one after the other', () => {
  expect(over([5, 6, 6, 6])).toEqual([false, false, false, true]);
});

it('begins anew with every progress, however early or late', () => {
  expect(over([5, 6, 6, 4, 5, 5, 3, 4, 4, 4])).toEqual([...Array(9).fill(false), true]);
});

it('knows the best look', () => {
  const patience = new Patience(3);
  expect([3, 4, 2, 2].map((loss) => patience.look(loss).isBest)).toEqual([true, false, true, false]);
});
