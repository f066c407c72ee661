import { describe, expect, it } from 'vitest';
import type { PageLatent } from '../../../contract/generate-settings.ts';
import { DEFAULT_GENERATE } from '../../app/generate-state.ts';
import { nextTo, withoutRow } from './next-to.ts';

const { rule, latent } = DEFAULT_GENERATE;
const of = (patch: Partial<PageLatent>): PageLatent => ({ ...latent, ...patch });
const seeds = [
  { seed: 3, weight: 1 },
  { seed: 8, weight: 0.5 },
];

describe('more pictures like one', () => {
  it('have the seeds that follow', () => {
    expect(nextTo({ ...rule, seed: 6 })).toEqual({ ...rule, seed: 7 });
  });

  it('lie near it in its space, in a row that it begins', () => {
    const next = of({ seeds, picture: 1, spread: 0.3 });
    expect(nextTo(of({ seeds }))).toEqual(next);
    const fifth = of({
      seeds: seeds.map(({ seed, weight }) => ({ seed: seed + 5, weight })),
      picture: 1,
      spread: 0.3,
    });
    expect(nextTo(of({ seeds, picture: 5 }))).toEqual(fifth);
  });

  it('go on in a row that is like its first already', () => {
    expect(nextTo(of({ seeds, picture: 5, spread: 0.2 }))).toEqual(of({ seeds, picture: 6, spread: 0.2 }));
  });
});

it('a picture of a row is the first of its own, unless it is mixed with the first', () => {
  expect(withoutRow(of({ seeds, picture: 2 }))).toEqual(
    of({
      seeds: [
        { seed: 5, weight: 1 },
        { seed: 10, weight: 0.5 },
      ],
    }),
  );
  const mixed = of({ seeds, picture: 2, spread: 0.5 });
  expect(withoutRow(mixed)).toBe(mixed);
});
