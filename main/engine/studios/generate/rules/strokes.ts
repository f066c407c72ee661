import type { Rgb } from './palette.ts';
import type { Painter, Part, Scene } from './scene.ts';
import { hexOf, pathOf, shortly } from './svg.ts';
import { covered, lay, put } from './tiles.ts';

/** A line of one width and colour with round ends. */
export interface Stroke {
  /** x, y, x, y... in shorter sides of the tile; it may leave the tile and comes in at the other side. */
  readonly points: Float64Array;
  /** In shorter sides. */
  readonly width: number;
  readonly colour: Rgb;
}

/** Strokes on a torus, the later ones over the earlier. */
export interface Drawing {
  readonly strokes: readonly Stroke[];
  readonly ground: Rgb;
}

/** No line is drawn thinner: it is paler instead. Pixels. */
const THINNEST = 1;
/** Rows that are drawn together. */
const BAND = 64;

/** Lines on a torus as pixels of any size, or as an SVG. */
export function strokeScene(drawing: Drawing): Scene {
  return {
    painter: (width, height) => new StrokePainter(drawing, width, height),
    *vector(width, height) {
      const shorter = Math.min(width, height);
      yield `<rect width="${width}" height="${height}" fill="${hexOf(drawing.ground)}"/>`;
      yield '<g fill="none" stroke-linecap="round" stroke-linejoin="round">';
      for (const { points, width: wide, colour } of drawing.strokes) {
        const scaled = points.map((value) => value * shorter);
        const d = pathOf(scaled);
        const look = `stroke="${hexOf(colour)}" stroke-width="${shortly(wide * shorter)}"`;
        for (const [dx, dy] of copies(boundsOf(scaled, (wide * shorter) / 2), width, height))
          yield `<path d="${d}" ${look}${dx === 0 && dy === 0 ? '' : ` transform="translate(${dx} ${dy})"`}/>`;
      }
      yield '</g>';
    },
  };
}

interface Bounds {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

function boundsOf(points: Float64Array, margin: number): Bounds {
  const bounds = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  for (let at = 0; at + 1 < points.length; at += 2) {
    bounds.left = Math.min(bounds.left, points[at]! - margin);
    bounds.right = Math.max(bounds.right, points[at]! + margin);
    bounds.top = Math.min(bounds.top, points[at + 1]! - margin);
    bounds.bottom = Math.max(bounds.bottom, points[at + 1]! + margin);
  }
  return bounds;
}

/** How far what has these bounds is moved so that each of its pieces comes to lie in the tile. */
function* copies(bounds: Bounds, width: number, height: number): Generator<[dx: number, dy: number]> {
  for (let j = -Math.floor(bounds.bottom / height); j * height + bounds.top < height; j++)
    for (let i = -Math.floor(bounds.right / width); i * width + bounds.left < width; i++)
      if (i * width + bounds.right > 0 && j * height + bounds.bottom > 0) yield [i * width, j * height];
}

/** Pieces of strokes by the rows that they touch. */
class StrokePainter implements Painter {
  /** Of each band: stroke, ax, ay, bx, by, of its pieces in the strokes' order; pixels. */
  readonly #bands: number[][];
  readonly #shorter: number;

  constructor(
    private readonly drawing: Drawing,
    private readonly width: number,
    private readonly height: number,
  ) {
    this.#shorter = Math.min(width, height);
    this.#bands = Array.from({ length: Math.ceil(height / BAND) }, () => []);
    for (const [index, stroke] of drawing.strokes.entries()) this.#sort(stroke, index);
  }

  draw(part: Part, into: Uint8Array): void {
    for (let at = 0; at < into.length && at < 3 * part.width * part.height; at += 3)
      put(into, at, this.drawing.ground);
    const ink = new Float32Array(part.width * BAND);
    const first = Math.floor(part.top / BAND);
    const last = Math.floor((part.top + part.height - 1) / BAND);
    for (let band = first; band <= last; band++) {
      const top = Math.max(part.top, band * BAND);
      const rows = Math.min(part.top + part.height, (band + 1) * BAND) - top;
      const offset = 3 * (top - part.top) * part.width;
      const area = { left: part.left, top, width: part.width, height: rows };
      this.#drawBand(this.#bands[band]!, area, ink, into.subarray(offset, offset + 3 * part.width * rows));
    }
  }

  /** A stroke at a time: where its pieces meet or cross it is not laid on twice. */
  #drawBand(pieces: readonly number[], area: Part, ink: Float32Array, into: Uint8Array): void {
    for (let at = 0; at < pieces.length; ) {
      const index = pieces[at]!;
      const stroke = this.drawing.strokes[index]!;
      const wide = stroke.width * this.#shorter;
      const half = Math.max(THINNEST, wide) / 2;
      const strength = Math.min(1, wide / THINNEST);
      const touched = { left: area.width, top: area.height, right: 0, bottom: 0 };
      for (; pieces[at] === index; at += 5) {
        const [ax, ay, bx, by] = [pieces[at + 1]!, pieces[at + 2]!, pieces[at + 3]!, pieces[at + 4]!];
        const box = boxOf(area, Math.min(ax, bx), Math.min(ay, by), Math.max(ax, bx), Math.max(ay, by), half);
        if (box.left >= box.right || box.top >= box.bottom) continue;
        inkPiece(ink, area, box, [ax, ay, bx, by], half);
        touched.left = Math.min(touched.left, box.left);
        touched.top = Math.min(touched.top, box.top);
        touched.right = Math.max(touched.right, box.right);
        touched.bottom = Math.max(touched.bottom, box.bottom);
      }
      for (let y = touched.top; y < touched.bottom; y++)
        for (let x = touched.left; x < touched.right; x++) {
          const inked = ink[y * area.width + x]!;
          if (inked === 0) continue;
          lay(into, 3 * (y * area.width + x), stroke.colour, strength * inked);
          ink[y * area.width + x] = 0;
        }
    }
  }

  #sort({ points, width: wide }: Stroke, index: number): void {
    const { width, height } = this;
    const half = Math.max(THINNEST, wide * this.#shorter) / 2 + 1;
    for (let at = 0; at + 3 < points.length; at += 2) {
      const piece = points.subarray(at, at + 4).map((value) => value * this.#shorter);
      for (const [dx, dy] of copies(boundsOf(piece, half), width, height)) {
        const [ax, ay, bx, by] = [piece[0]! + dx, piece[1]! + dy, piece[2]! + dx, piece[3]! + dy];
        const from = Math.max(0, Math.floor((Math.min(ay, by) - half) / BAND));
        const to = Math.min(this.#bands.length - 1, Math.floor((Math.max(ay, by) + half) / BAND));
        for (let band = from; band <= to; band++) this.#bands[band]!.push(index, ax, ay, bx, by);
      }
    }
  }
}

/** Pixels of an area that a piece can touch. */
function boxOf(area: Part, left: number, top: number, right: number, bottom: number, half: number): Bounds {
  return {
    left: Math.max(0, Math.floor(left - half - 0.5) - area.left),
    top: Math.max(0, Math.floor(top - half - 0.5) - area.top),
    right: Math.min(area.width, Math.ceil(right + half + 0.5) - area.left),
    bottom: Math.min(area.height, Math.ceil(bottom + half + 0.5) - area.top),
  };
}

/** How much of each pixel a piece covers, where that is more than was there. */
function inkPiece(
  ink: Float32Array,
  area: Part,
  box: Bounds,
  [ax, ay, bx, by]: readonly [number, number, number, number],
  half: number,
): void {
  const [dx, dy] = [bx - ax, by - ay];
  const squared = dx * dx + dy * dy;
  const scale = squared > 0 ? 1 / squared : 0;
  for (let y = box.top; y < box.bottom; y++) {
    const py = area.top + y + 0.5 - ay;
    for (let x = box.left; x < box.right; x++) {
      const px = area.left + x + 0.5 - ax;
      const along = Math.min(1, Math.max(0, (px * dx + py * dy) * scale));
      const far = Math.sqrt((px - along * dx) ** 2 + (py - along * dy) ** 2);
      const inked = covered(half - far);
      const at = y * area.width + x;
      if (inked > ink[at]!) ink[at] = inked;
    }
  }
}
