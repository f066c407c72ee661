/** Width to height of pictures that people ask for. */
const SHAPES = [
  [1, 1],
  [3, 2],
  [2, 3],
  [4, 3],
  [3, 4],
  [16, 9],
  [9, 16],
] as const;

/** Sides that networks halve often: latents have a place for each 8 pixels. */
const STEP = 64;

/**
 * Sizes with about as many pixels as a model was trained at.
 * @param native side of the squares that it was trained with, pixels
 */
export function usualSizes(native: number): { width: number; height: number }[] {
  const side = (pixels: number) => Math.max(STEP, Math.round(pixels / STEP) * STEP);
  const all = SHAPES.map(([w, h]) => {
    if (w === h) return { width: native, height: native };
    const long = native * Math.sqrt(Math.max(w, h) / Math.min(w, h));
    const short = (native * native) / long;
    return w > h ? { width: side(long), height: side(short) } : { width: side(short), height: side(long) };
  });
  // Of small sizes several come to the same.
  return [...new Map(all.map((size) => [`${size.width} ${size.height}`, size])).values()];
}
