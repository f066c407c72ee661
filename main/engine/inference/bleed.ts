/**
 * Fills the colour of fully transparent pixels from their visible neighbours, in place. What stands under alpha 0 is
 * arbitrary (often black), and a network or an enlargement would mix it into the visible edge as a fringe.
 *
 * Pull: a pyramid of alpha-weighted means; push: each hole takes the finest level that knows a colour.
 * @param planes three planes of width x height, changed where alpha is 0; @param alpha 0..1.
 */
export function bleedTransparent(
  planes: readonly Float32Array[],
  alpha: Float32Array,
  width: number,
  height: number,
): void {
  const parentWidth = (width + 1) >> 1;
  const parentHeight = (height + 1) >> 1;
  const parents = planes.map(() => new Float32Array(parentWidth * parentHeight));
  const weight = new Float32Array(parentWidth * parentHeight);
  let holes = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const a = alpha[y * width + x]!;
      if (a === 0) holes++;
      const at = (y >> 1) * parentWidth + (x >> 1);
      weight[at]! += a;
      for (let c = 0; c < planes.length; c++) parents[c]![at]! += a * planes[c]![y * width + x]!;
    }
  }
  if (holes === 0 || holes === width * height) return;
  for (let i = 0; i < weight.length; i++) {
    if (weight[i] === 0) continue;
    for (const plane of parents) plane[i]! /= weight[i]!;
    weight[i] = Math.min(weight[i]!, 1);
  }
  bleedTransparent(parents, weight, parentWidth, parentHeight);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      if (alpha[i] !== 0) continue;
      for (let c = 0; c < planes.length; c++) planes[c]![i] = parents[c]![(y >> 1) * parentWidth + (x >> 1)]!;
    }
  }
}
