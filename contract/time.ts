import { z } from 'zod';

/**
 * Exact time. Seconds, rates and fractions of clips are rationals from container to container: never a float, which
 * cannot hold 1001/24000, and never a sum of rounded steps.
 */
export const rational = z.object({
  num: z.number().int(),
  den: z.number().int().positive(),
});
/** `num / den` in lowest terms, `den` above 0. Seconds where nothing else is said. */
export type Rational = Readonly<z.infer<typeof rational>>;

export const ZERO: Rational = { num: 0, den: 1 };

/** @throws RangeError where `den` is 0, or the reduced fraction leaves what a number holds exactly. */
export function ratio(num: number | bigint, den: number | bigint = 1): Rational {
  if (typeof num === 'number' && typeof den === 'number' && den > 0 && Number.isSafeInteger(num)) {
    const divisor = gcd(Math.abs(num), den);
    return { num: num / divisor, den: den / divisor };
  }
  return reduced(BigInt(num), BigInt(den));
}

/** `ticks` of a container's time base: FFmpeg's pts. */
export function fromTicks(ticks: bigint, base: { num: number; den: number }): Rational {
  return reduced(ticks * BigInt(base.num), BigInt(base.den));
}

/** The nearest tick of `base`; half a tick goes up. */
export function toTicks(time: Rational, base: { num: number; den: number }): bigint {
  return roundHalfUp(BigInt(time.num) * BigInt(base.den), BigInt(time.den) * BigInt(base.num));
}

export function add(a: Rational, b: Rational): Rational {
  return reduced(
    BigInt(a.num) * BigInt(b.den) + BigInt(b.num) * BigInt(a.den),
    BigInt(a.den) * BigInt(b.den),
  );
}

export function sub(a: Rational, b: Rational): Rational {
  return add(a, { num: -b.num, den: b.den });
}

export function mul(a: Rational, b: Rational): Rational {
  return reduced(BigInt(a.num) * BigInt(b.num), BigInt(a.den) * BigInt(b.den));
}

/** @throws RangeError where `b` is 0 */
export function div(a: Rational, b: Rational): Rational {
  return reduced(BigInt(a.num) * BigInt(b.den), BigInt(a.den) * BigInt(b.num));
}

/** Below 0 where `a` comes first, 0 where both are the same. */
export function compare(a: Rational, b: Rational): number {
  const [left, right] = [BigInt(a.num) * BigInt(b.den), BigInt(b.num) * BigInt(a.den)];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** The largest whole number that is not above. */
export function floor(a: Rational): number {
  return Math.floor(a.num / a.den);
}

/** The smallest whole number that is not below. */
export function ceil(a: Rational): number {
  return Number(-floorDiv(-BigInt(a.num), BigInt(a.den)));
}

/** The nearest whole number; a half goes up. */
export function round(a: Rational): number {
  return Number(roundHalfUp(BigInt(a.num), BigInt(a.den)));
}

/** For people and for screens; whatever is computed further stays a rational. */
export function toNumber(a: Rational): number {
  return a.num / a.den;
}

/** "25" or "24000/1001": how rationals are written in recipes and on the command line. */
export function toText(a: Rational): string {
  return a.den === 1 ? String(a.num) : `${a.num}/${a.den}`;
}

/** Reads "25", "23.976" and "24000/1001"; undefined for anything else. Decimals are taken as they stand. */
export function parseRational(text: string): Rational | undefined {
  const fraction = /^(\d{1,15})\s*\/\s*(\d{1,15})$/.exec(text.trim());
  if (fraction)
    return Number(fraction[2]) === 0 ? undefined : ratio(Number(fraction[1]), Number(fraction[2]));
  const decimal = /^(\d{1,9})(?:[.,](\d{1,6}))?$/.exec(text.trim());
  if (!decimal) return undefined;
  const places = decimal[2] ?? '';
  return ratio(Number(`${decimal[1]}${places}`), 10 ** places.length);
}

/** Reads a moment: seconds as above, or HH:MM:SS.mmm and MM:SS; undefined for anything else. */
export function parseMoment(text: string): Rational | undefined {
  const clock = /^(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2}(?:[.,]\d{1,6})?)$/.exec(text.trim());
  if (!clock) return parseRational(text);
  const seconds = parseRational(clock[3] ?? '');
  const minutes = Number(clock[2]);
  if (!seconds || minutes > 59 || compare(seconds, { num: 60, den: 1 }) >= 0) return undefined;
  return add(ratio((Number(clock[1] ?? 0) * 60 + minutes) * 60), seconds);
}

/** A recipe's rationals are text: JSON has no better number. */
export const rationalText = z.string().refine((text) => parseRational(text) !== undefined, {
  error: 'is not a number or a fraction like 24000/1001',
});

function reduced(num: bigint, den: bigint): Rational {
  if (den === 0n) throw new RangeError('a rational needs a denominator');
  const sign = den < 0n ? -1n : 1n;
  let [a, b] = [num < 0n ? -num : num, den * sign];
  while (b !== 0n) [a, b] = [b, a % b];
  const [n, d] = [(num * sign) / a, (den * sign) / a];
  const made = { num: Number(n), den: Number(d) };
  if (!Number.isSafeInteger(made.num) || !Number.isSafeInteger(made.den))
    throw new RangeError(`${n}/${d} is past what a number holds exactly`);
  return made;
}

function gcd(a: number, b: number): number {
  while (b !== 0) [a, b] = [b, a % b];
  return a;
}

function floorDiv(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b !== 0n && a < 0n !== b < 0n ? quotient - 1n : quotient;
}

function roundHalfUp(num: bigint, den: bigint): bigint {
  return floorDiv(2n * num + den, 2n * den);
}
