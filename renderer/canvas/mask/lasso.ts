import type { Point, Size } from '../view.ts';

/** Lines within a pixel that are looked at: an edge has so many steps from row to row. */
const LINES = 4;

/**
 * What lies inside an outline, which closes by itself; where it winds around twice is inside too.
 *
 * @param outline in pixels of the mask
 * @returns coverage 0..255, of the size that is given
 */
export function fillOutline({ width, height }: Size, outline: readonly Point[]): Uint8Array {
  const coverage = new Uint8Array(width * height);
  if (outline.length < 3) return coverage;
  const row = new Float32Array(width);
  const bottom = Math.min(height, Math.ceil(Math.max(...outline.map(({ y }) => y))));
  for (let y = Math.max(0, Math.floor(Math.min(...outline.map((at) => at.y)))); y < bottom; y++) {
    row.fill(0);
    for (let line = 0; line < LINES; line++)
      for (const [from, to] of insideOf(outline, y + (line + 0.5) / LINES)) addSpan(row, from, to);
    for (let x = 0; x < width; x++)
      coverage[y * width + x] = Math.round((255 * Math.min(LINES, row[x]!)) / LINES);
  }
  return coverage;
}

/** From where to where a line is inside the outline. */
function insideOf(outline: readonly Point[], y: number): [number, number][] {
  const crossings: { x: number; turn: 1 | -1 }[] = [];
  for (const [index, a] of outline.entries()) {
    const b = outline[(index + 1) % outline.length]!;
    // Its upper end belongs to a side and its lower end does not: a corner is crossed once.
    if (a.y <= y === b.y <= y) continue;
    crossings.push({ x: a.x + ((y - a.y) * (b.x - a.x)) / (b.y - a.y), turn: a.y < b.y ? 1 : -1 });
  }
  crossings.sort((a, b) => a.x - b.x);
  const spans: [number, number][] = [];
  let winding = 0;
  let from = 0;
  for (const { x, turn } of crossings) {
    if (winding === 0) from = x;
    winding += turn;
    if (winding === 0) spans.push([from, x]);
  }
  return spans;
}

/** Adds to each pixel how much of it lies between two places. */
function addSpan(row: Float32Array, from: number, to: number): void {
  const last = Math.min(row.length, Math.ceil(to));
  for (let x = Math.max(0, Math.floor(from)); x < last; x++)
    row[x]! += Math.max(0, Math.min(to, x + 1) - Math.max(from, x));
}
