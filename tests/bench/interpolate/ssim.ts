/** Stability constants of Wang et al., Image quality assessment (IEEE TIP 2004), for values of 0..1. */
const C1 = 0.01 ** 2;
const C2 = 0.03 ** 2;
const WINDOW = 8;
const STEP = 4;

/**
 * Structural similarity of two pictures' luma, 1 where they are the same: the mean over windows of 8 x 8 pixels.
 * @param a planar RGB 0..1 @param b likewise
 */
export function ssim(a: Float32Array, b: Float32Array, width: number, height: number): number {
  const [first, second] = [a, b].map((planes) => luma(planes, width * height)) as [
    Float32Array,
    Float32Array,
  ];
  let [sum, count] = [0, 0];
  for (let y = 0; y + WINDOW <= height; y += STEP)
    for (let x = 0; x + WINDOW <= width; x += STEP) {
      sum += windowed(first, second, y * width + x, width);
      count += 1;
    }
  return sum / count;
}

function windowed(a: Float32Array, b: Float32Array, from: number, width: number): number {
  const n = WINDOW * WINDOW;
  let [sa, sb, aa, bb, ab] = [0, 0, 0, 0, 0];
  for (let row = 0; row < WINDOW; row += 1)
    for (let at = from + row * width; at < from + row * width + WINDOW; at += 1) {
      const [p, q] = [a[at]!, b[at]!];
      sa += p;
      sb += q;
      aa += p * p;
      bb += q * q;
      ab += p * q;
    }
  const [ma, mb] = [sa / n, sb / n];
  const [va, vb, cov] = [aa / n - ma * ma, bb / n - mb * mb, ab / n - ma * mb];
  return ((2 * ma * mb + C1) * (2 * cov + C2)) / ((ma * ma + mb * mb + C1) * (va + vb + C2));
}

/** ITU-R BT.601 luma. */
function luma(planes: Float32Array, area: number): Float32Array {
  const made = new Float32Array(area);
  for (let at = 0; at < area; at += 1)
    made[at] = 0.299 * planes[at]! + 0.587 * planes[area + at]! + 0.114 * planes[2 * area + at]!;
  return made;
}
