import type { Random } from '../../../random.ts';

/** Part of a picture: three planes of 0..1, one after the other. */
export interface Piece {
  readonly width: number;
  readonly height: number;
  readonly planes: Float32Array;
}

/** Pieces of dust over 512 x 512 pixels: several times what a dusty scan has. */
const MANY = 170;
/** Points of a way along which a line is drawn, for each pixel of its length. */
const DENSE = 2;

/**
 * Draws dust of chance over a piece, as something to learn from: spots made of a few ovals, and lines along curves, of
 * all sizes and contrasts that scans have and some beyond.
 * @param piece gets the dust @returns 1 where it was changed so that one sees it
 */
export function overlayDust(piece: Piece, random: Random): Uint8Array {
  const { width, height } = piece;
  const drawn = new Uint8Array(width * height);
  const sheet: Sheet = { width, height, cover: new Map() };
  const count = Math.max(1, Math.round((MANY * width * height) / 512 ** 2));
  for (let number = 0; number < count; number++) {
    sheet.cover.clear();
    const x = random.unit(0, width);
    const y = random.unit(0, height);
    if (random.unit() < 0.7) spot(sheet, x, y, random);
    else curve(sheet, x, y, random);
    lay(piece, drawn, sheet, random);
  }
  return drawn;
}

/** How much of each pixel a piece of dust covers, 0..1, by its place. */
interface Sheet {
  readonly width: number;
  readonly height: number;
  readonly cover: Map<number, number>;
}

/** One to three ovals that share a middle. */
function spot(sheet: Sheet, x: number, y: number, random: Random): void {
  // Small ones are the most by far.
  const size = 1 + 8.5 * random.unit() ** 1.5;
  const soft = random.unit(0.7, 2);
  for (let left = 1 + random.below(3); left > 0; left--) {
    const long = size * random.unit(0.6, 1.15);
    const short = Math.max(0.8, long * random.unit(0.45, 1));
    const turn = random.unit(0, Math.PI);
    const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
    const [cx, cy] = [x + random.unit(-0.5, 0.5) * size, y + random.unit(-0.5, 0.5) * size];
    const reach = Math.ceil(long + soft);
    for (let py = Math.floor(cy) - reach; py <= cy + reach; py++)
      for (let px = Math.floor(cx) - reach; px <= cx + reach; px++) {
        const along = ((px - cx) * cos + (py - cy) * sin) / long;
        const across = ((py - cy) * cos - (px - cx) * sin) / short;
        put(sheet, px, py, ((1 - Math.hypot(along, across)) * short) / soft + 0.5);
      }
  }
}

/** A curve of the third order whose ends may lie outside. */
function curve(sheet: Sheet, x: number, y: number, random: Random): void {
  const length = 15 * 18 ** random.unit();
  const turn = random.unit(0, 2 * Math.PI);
  // Half of them are scratches: nearly straight.
  const bent = random.unit() < 0.5 ? 0.02 : 0.6;
  const half = random.unit(0.5, 1.8);
  const points = [-0.5, -0.17, 0.17, 0.5].map((at) => {
    const off = length * bent * random.unit(-1, 1);
    return [
      x + at * length * Math.cos(turn) - off * Math.sin(turn),
      y + at * length * Math.sin(turn) + off * Math.cos(turn),
    ] as const;
  });
  const steps = Math.ceil(DENSE * length * (1 + bent));
  for (let step = 0; step <= steps; step++) {
    const t = step / steps;
    const shares = [(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t ** 3];
    const [cx, cy] = [0, 1].map((axis) =>
      points.reduce((sum, point, at) => sum + shares[at]! * point[axis]!, 0),
    ) as [number, number];
    for (let py = Math.floor(cy) - 2; py <= cy + 3; py++)
      for (let px = Math.floor(cx) - 2; px <= cx + 3; px++)
        put(sheet, px, py, half - Math.hypot(px - cx, py - cy) + 0.5);
  }
}

function put({ width, height, cover }: Sheet, x: number, y: number, share: number): void {
  if (x < 0 || y < 0 || x >= width || y >= height || share <= 0) return;
  const at = y * width + x;
  cover.set(at, Math.max(cover.get(at) ?? 0, Math.min(1, share)));
}

/** Steps of one below which dust is not seen. */
const SEEN = 0.04;

/** Mixes one colour in, grey or nearly, that differs from what lies below. */
function lay({ width, height, planes }: Piece, drawn: Uint8Array, { cover }: Sheet, random: Random): void {
  const area = width * height;
  const opacity = random.unit(0.55, 1);
  let [weight, sum] = [1e-6, 0];
  for (const [at, share] of cover) {
    weight += share;
    sum += (share * (planes[at]! + planes[at + area]! + planes[at + 2 * area]!)) / 3;
  }
  const below = sum / weight;
  // Light on scans of negatives, dark on those of slides and prints, at times anything.
  const value = () => random.pick([random.unit(0.75, 1), random.unit(0, 0.25), random.unit(0, 1)]);
  let light = value();
  // What is as light as what it lies on cannot be learnt.
  while (Math.abs(light - below) < 0.2) light = value();
  const colour = [0, 1, 2].map(() => Math.min(1, Math.max(0, light + random.unit(-0.04, 0.04))));
  for (const [at, share] of cover) {
    let most = 0;
    for (let c = 0; c < 3; c++) {
      const change = opacity * share * (colour[c]! - planes[c * area + at]!);
      planes[c * area + at]! += change;
      most = Math.max(most, Math.abs(change));
    }
    if (share >= 0.5 && most >= SEEN) drawn[at] = 1;
  }
}
