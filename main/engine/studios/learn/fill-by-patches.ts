import { mirror } from '../../inference/tile-plan.ts';
import { Random } from '../../random.ts';
import type { Planes } from './noisy-picture.ts';

/** Pixels around one that are compared. */
const NEAR = 4;
/** How far away what fills a hole may lie, pixels, and how many places are tried there. */
const REACH = 80;
const TRIES = 160;
/** A place must be better by so much than one that a neighbour's filling goes on at. */
const COHERENCE = 0.9;

/**
 * Fills what is covered with pixels of the picture itself: from the border of each hole inwards, each pixel is copied
 * from where the surroundings look most alike; places that go on where a neighbour was copied from are tried first, so
 * that textures and edges run on (after Efros and Leung 1999; Ashikhmin 2001).
 * @param planes the picture, without its noise; gets the filling
 * @param covered one byte a pixel, 1 where it is to be filled; is emptied
 */
export function fillByPatches(planes: Planes, covered: Uint8Array, seed: number): void {
  const { width, height } = planes;
  const random = new Random(seed, 7);
  /** Where a filled pixel came from. */
  const sources = new Map<number, number>();
  const isKnown = (x: number, y: number) =>
    x >= 0 && y >= 0 && x < width && y < height && covered[y * width + x] === 0;
  for (let ring = borderOf(covered, width, height); ring.length; ring = borderOf(covered, width, height)) {
    for (const place of ring) {
      const [x, y] = [place % width, Math.floor(place / width)];
      const candidates = placesFor(x, y);
      let best = { place: -1, difference: Number.POSITIVE_INFINITY };
      for (const [at, candidate] of candidates.entries()) {
        const limit = at < candidates.coherent ? best.difference : best.difference * COHERENCE;
        const difference = differenceOf(x, y, candidate % width, Math.floor(candidate / width), limit);
        if (difference < limit) best = { place: candidate, difference };
      }
      if (best.place < 0) continue;
      const [fromX, fromY] = [best.place % width, Math.floor(best.place / width)];
      for (let c = 0; c < 3; c++) planes.set(c, x, y, planes.at(c, fromX, fromY));
      sources.set(place, best.place);
    }
    // All at once: within a ring every pixel looks at what was known before it.
    for (const place of ring) covered[place] = 0;
  }

  function placesFor(x: number, y: number): number[] & { coherent: number } {
    const found: number[] = [];
    for (let dy = -1; dy <= 1; dy++)
      for (let dx = -1; dx <= 1; dx++) {
        const source = sources.get((y + dy) * width + x + dx);
        if (source === undefined) continue;
        const [nearX, nearY] = [(source % width) - dx, Math.floor(source / width) - dy];
        if (isKnown(nearX, nearY)) found.push(nearY * width + nearX);
      }
    const coherent = found.length;
    for (let tried = 0; tried < TRIES; tried++) {
      const nearX = mirror(x + Math.round(random.unit(-REACH, REACH)), width);
      const nearY = mirror(y + Math.round(random.unit(-REACH, REACH)), height);
      if (isKnown(nearX, nearY) && !sources.has(nearY * width + nearX)) found.push(nearY * width + nearX);
    }
    return Object.assign(found, { coherent });
  }

  /** The mean square difference of what is known around both; the nearer counts the more. */
  function differenceOf(x: number, y: number, fromX: number, fromY: number, limit: number): number {
    let [sum, weights] = [0, 0];
    for (let dy = -NEAR; dy <= NEAR; dy++)
      for (let dx = -NEAR; dx <= NEAR; dx++) {
        if (!isKnown(x + dx, y + dy)) continue;
        const weight = 1 / (1 + dx * dx + dy * dy);
        weights += weight;
        if (!isKnown(fromX + dx, fromY + dy)) {
          // What cannot be compared counts as unlike.
          sum += weight * 0.1;
          continue;
        }
        for (let c = 0; c < 3; c++)
          sum += weight * (planes.at(c, x + dx, y + dy) - planes.at(c, fromX + dx, fromY + dy)) ** 2;
      }
    return weights ? Math.min(sum / weights, limit + 1) : limit + 1;
  }
}

/** Covered pixels next to some that are not. */
function borderOf(covered: Uint8Array, width: number, height: number): number[] {
  const border: number[] = [];
  for (let place = 0; place < covered.length; place++) {
    if (!covered[place]) continue;
    const [x, y] = [place % width, Math.floor(place / width)];
    const isOpen =
      (x > 0 && !covered[place - 1]) ||
      (x < width - 1 && !covered[place + 1]) ||
      (y > 0 && !covered[place - width]) ||
      (y < height - 1 && !covered[place + width]);
    if (isOpen) border.push(place);
  }
  return border;
}
