/** Pixels a side of the tiles in which a large picture reaches the canvas. */
export const TILE_SIDE = 512;

/** Pixels that a tile or a block shows beyond its own edge, so that no seam shows when it is drawn between others. */
const EDGE = 2;

/** Longest side of the one picture that is always there; what is larger has tiles besides. */
export const VIEW_SIDE = 2048;

/** How many levels of tiles a picture of that size has: each half as large as the one before, down to the view. */
export function levelsOf(width: number, height: number): number {
  return Math.max(0, Math.ceil(Math.log2(Math.max(width, height) / VIEW_SIDE)));
}

/** A stretch start..start+length with its edge, as far as there is something. */
export function withEdge(start: number, length: number, whole: number): { start: number; length: number } {
  const from = Math.max(0, start - EDGE);
  return { start: from, length: Math.min(whole, start + length + EDGE) - from };
}

/** Pixels along one side of a level: rounded up at every halving. */
export function levelLength(length: number, level: number): number {
  return Math.ceil(length / 2 ** level);
}
