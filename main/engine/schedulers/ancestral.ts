/**
 * Splits a step between two sigmas into a smaller, certain one and the noise that fills up what it overshoots, so that
 * the variance ends where it should (ancestral sampling; Song et al. 2021, Karras et al. 2022).
 * @returns `down` to step to, `up` the deviation of the noise; both 0 for a step to 0
 */
export function ancestralSplit(from: number, to: number): { readonly down: number; readonly up: number } {
  const up = Math.sqrt((to ** 2 * (from ** 2 - to ** 2)) / from ** 2);
  return { up, down: Math.sqrt(Math.max(0, to ** 2 - up ** 2)) };
}
