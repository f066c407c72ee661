/** The least number that both divide without a rest; both positive whole numbers. */
export function leastCommonMultiple(a: number, b: number): number {
  let [divisor, rest] = [a, b];
  while (rest > 0) [divisor, rest] = [rest, divisor % rest];
  return (a / divisor) * b;
}

/** The least multiple of `step` that is not less. @param step positive and whole */
export function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}
