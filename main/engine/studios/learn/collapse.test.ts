import { describe, expect, it } from 'vitest';
import { Random } from '../../random.ts';
import { inWords, reducedTo, varietyOf } from './collapse.ts';

const SIZE = 16;

/** Flat pictures of given colours, with a little noise. */
function pictures(colours: readonly number[], seed: number): Float32Array[] {
  const random = new Random(seed);
  const planes = new Float32Array(colours.length * 3 * SIZE * SIZE);
  for (const [at, colour] of colours.entries())
    for (let place = 0; place < 3 * SIZE * SIZE; place++)
      planes[at * 3 * SIZE * SIZE + place] = colour + 0.02 * random.unit();
  return reducedTo(planes, SIZE);
}

const many = Array.from({ length: 60 }, (_, at) => -1 + at / 30);

describe('a report on variety', () => {
  it('finds as much variety in pictures that differ as the real ones do', () => {
    const variety = varietyOf(pictures(many, 1), pictures(many, 2));
    expect(variety.spread).toBeCloseTo(1, 1);
    expect(variety.coverage).toBeGreaterThan(0.9);
    expect(inWords(variety)).toContain('differ about as much');
  });

  it('says that pictures which are all alike have collapsed', () => {
    const variety = varietyOf(
      pictures(
        many.map(() => 0.1),
        1,
      ),
      pictures(many, 2),
    );
    expect(inWords(variety)).toContain('collapsed');
  });

  it('says that kinds are missing where only two are made', () => {
    const variety = varietyOf(
      pictures(
        many.map((_, at) => (at % 2 ? 0.9 : -0.9)),
        1,
      ),
      pictures(many, 2),
    );
    expect(variety.spread).toBeGreaterThan(0.6);
    expect(inWords(variety)).toContain('only some of the kinds');
  });
});
