import type { Rgb } from './palette.ts';
import type { Painter, Part } from './scene.ts';

/** Stretches of pixels that lie in the same cell: from, and up to. @param cell pixels of a cell */
export function runs(from: number, count: number, cell: number): [from: number, to: number][] {
  const found: [number, number][] = [];
  let begun = from;
  for (let at = from + 1; at <= from + count; at++) {
    if (at < from + count && Math.floor((at + 0.5) / cell) === Math.floor((begun + 0.5) / cell)) continue;
    found.push([begun, at]);
    begun = at;
  }
  return found;
}

/** Colours a place of a tile. @param u,v 0..1 within it */
type Ink = (u: number, v: number, into: Uint8Array, at: number) => void;

/**
 * Draws square tiles that lie beside each other.
 * @param counts tiles across and down
 * @param size pixels of the whole
 * @param inkOf what a tile looks like; asked for once for each tile of a part
 */
export function tilePainter(
  counts: readonly [number, number],
  size: readonly [number, number],
  inkOf: (column: number, row: number) => Ink,
): Painter {
  const [wide, high] = [size[0] / counts[0], size[1] / counts[1]];
  return {
    draw(part: Part, into: Uint8Array) {
      const columns = runs(part.left, part.width, wide);
      for (const [top, bottom] of runs(part.top, part.height, high))
        for (const [left, right] of columns) {
          const column = Math.floor((left + 0.5) / wide);
          const row = Math.floor((top + 0.5) / high);
          const ink = inkOf(column, row);
          for (let y = top; y < bottom; y++) {
            let at = 3 * ((y - part.top) * part.width + left - part.left);
            const v = (y + 0.5) / high - row;
            for (let x = left; x < right; x++, at += 3) ink((x + 0.5) / wide - column, v, into, at);
          }
        }
    },
  };
}

/** How much of a pixel lies inside of an edge. @param inside how far its middle is, pixels */
export function covered(inside: number): number {
  return inside <= -0.5 ? 0 : inside >= 0.5 ? 1 : inside + 0.5;
}

export function put(into: Uint8Array, at: number, [red, green, blue]: Rgb): void {
  into[at] = red;
  into[at + 1] = green;
  into[at + 2] = blue;
}

/** @param part how much of `over` */
export function mix(into: Uint8Array, at: number, over: Rgb, under: Rgb, part: number): void {
  for (let c = 0; c < 3; c++) into[at + c] = (under[c]! + part * (over[c]! - under[c]!) + 0.5) | 0;
}

/** Lays a colour over what is there. @param part how much of it */
export function lay(into: Uint8Array, at: number, over: Rgb, part: number): void {
  if (part <= 0) return;
  for (let c = 0; c < 3; c++) into[at + c] = (into[at + c]! + part * (over[c]! - into[at + c]!) + 0.5) | 0;
}
