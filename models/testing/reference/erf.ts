/** Beyond it 1 - erf(x) is less than half a unit in the last place of 1. */
const SATURATED = 6;

/**
 * The error function to the last places of a double: its series exp(-x^2) 2 / sqrt(pi) sum 2^n x^(2n+1) / (2n+1)!!,
 * whose terms all have one sign, so that nothing cancels (Abramowitz and Stegun 7.1.6).
 */
export function erf(x: number): number {
  if (Math.abs(x) > SATURATED) return Math.sign(x);
  let [term, sum] = [x, x];
  for (let n = 1; Math.abs(term) > Math.abs(sum) * 1e-18; n += 1) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}
