import type { InterpolateStep } from '../../../contract/clip-recipe.ts';
import { mul, parseRational, type Rational, ratio, toNumber } from '../../../contract/time.ts';
import { t } from '../../ui/words.ts';

/** So many times the source's frames a second... */
export const TIMES = ['2x', '3x', '4x', '8x'] as const;
/** ...or the rates that films, broadcasts and screens have. */
export const RATES = [
  ...['24', '25', '30', '48', '50', '60', '90', '120', '144'],
  ...['24000/1001', '30000/1001', '60000/1001'],
] as const;

/** "59.94", "60": a rate for people. */
export function rateNumber(rate: Rational): string {
  return String(Math.round(toNumber(rate) * 1000) / 1000);
}

/** A wish as it is said: "Twice as many", "60 a second". */
export function rateText({ fps, slow }: Pick<InterpolateStep, 'fps' | 'slow'>): string {
  const wish = fps ?? (slow > 1 ? '1x' : '2x');
  const times = /^(\d+)x$/.exec(wish)?.[1];
  if (times === '1') return t('interpolate.asSource');
  if (times !== undefined) return t('interpolate.times', { times });
  const rate = parseRational(wish);
  return rate ? t('interpolate.aSecond', { rate: rateNumber(rate) }) : wish;
}

/** Frames a second of the result; undefined where the source's own are not known, or the wish is half typed. */
export function resultRate(
  { fps, slow }: Pick<InterpolateStep, 'fps' | 'slow'>,
  source: Rational | undefined,
): Rational | undefined {
  const wish = fps ?? (slow > 1 ? '1x' : '2x');
  const times = /^(\d+)x$/.exec(wish)?.[1];
  const rate = times === undefined ? parseRational(wish) : source && mul(source, ratio(Number(times)));
  return rate && rate.num > 0 ? rate : undefined;
}
