import type { InterpolateStep } from '../../../../contract/clip-recipe.ts';
import { GessoError } from '../../../../contract/errors.ts';
import { compare, parseRational, type Rational, ratio, toNumber, toText } from '../../../../contract/time.ts';
import { targetRate } from '../../clips/rates.ts';

/** Players and encoders know no more. */
const MOST_RATE = 1000;

/**
 * Frames a second of a result whose source has `rate`.
 * @throws GessoError recipe/invalid for a rate that nothing plays
 */
export function resultRate({ fps, slow }: Pick<InterpolateStep, 'fps' | 'slow'>, rate: Rational): Rational {
  const made = targetRate(fps ?? (slow > 1 ? '1x' : '2x'), rate, parseRational);
  if (made.num <= 0 || compare(made, ratio(MOST_RATE)) > 0)
    throw new GessoError(
      'recipe/invalid',
      `${toText(made)} frames a second can't be played.`,
      `Choose more than 0 and at most ${MOST_RATE}.`,
    );
  return made;
}

/** A rate in a file's name: "60", "59.94". */
export function rateInName(rate: Rational): string {
  return String(Math.round(toNumber(rate) * 1000) / 1000);
}
