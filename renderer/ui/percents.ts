/**
 * Shares as whole percents that add up to 100: each is rounded down, and what is left goes to those of which most was
 * cut off (largest remainder), the first of equals.
 * @param weights 0 or more, not all 0; only their ratios count
 */
export function percentsOf(weights: readonly number[]): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (!(total > 0)) return weights.map(() => 0);
  // Sums of floats: 0.29 of 1 is 28.999999999999996.
  const exact = weights.map((weight) => Math.round((100 * weight * 1e6) / total) / 1e6);
  const whole = exact.map(Math.floor);
  const left = 100 - whole.reduce((sum, percent) => sum + percent, 0);
  const byRemainder = exact
    .map((value, at) => ({ at, cut: value - whole[at]! }))
    .toSorted((a, b) => b.cut - a.cut || a.at - b.at);
  for (const { at } of byRemainder.slice(0, left)) whole[at]! += 1;
  return whole;
}
