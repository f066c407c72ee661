/** Where the handle stands, 0..1 from the left and from the top of the pad. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

/** Two corners are the ends of a line, three the corners of a triangle, four those of the whole pad. */
const CORNERS: Readonly<Record<number, readonly Place[]>> = {
  2: [
    { x: 0, y: 0.5 },
    { x: 1, y: 0.5 },
  ],
  3: [
    { x: 0.5, y: 0 },
    { x: 0, y: 1 },
    { x: 1, y: 1 },
  ],
  4: [
    { x: 0, y: 0 },
    { x: 1, y: 0 },
    { x: 0, y: 1 },
    { x: 1, y: 1 },
  ],
};

/** Where so many corners stand; undefined: so many are not mixed on a pad. */
export function cornersOf(count: number): readonly Place[] | undefined {
  return CORNERS[count];
}

/** The share of each corner at a place: they add up to 1, none is below 0. Beside the shape, that of the nearest place in it. */
export function weightsAt(place: Place, count: number): number[] {
  const x = clamped(place.x);
  const y = clamped(place.y);
  if (count === 2) return [1 - x, x];
  if (count === 3) return inTriangle({ x, y });
  if (count === 4) return [(1 - x) * (1 - y), x * (1 - y), (1 - x) * y, x * y];
  throw new RangeError(`expected 2 to 4 corners of the pad, received ${count}`);
}

/** The place of shares, which need not add up to 1; where there are none, the middle. */
export function placeOf(weights: readonly number[]): Place {
  const corners = cornersOf(weights.length);
  if (!corners) throw new RangeError(`expected 2 to 4 corners of the pad, received ${weights.length}`);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const share = (index: number) => (sum > 0 ? weights[index]! / sum : 1 / weights.length);
  return corners.reduce(
    (at, corner, index) => ({ x: at.x + share(index) * corner.x, y: at.y + share(index) * corner.y }),
    { x: 0, y: 0 },
  );
}

/** Barycentric in the triangle of CORNERS. */
function inTriangle(place: Place): number[] {
  const within = barycentric(place);
  if (within.every((weight) => weight >= 0)) return within;
  const corners = CORNERS[3]!;
  const sides = corners.map((from, index) => nearestOn(from, corners[(index + 1) % 3]!, place));
  const nearest = sides.reduce((best, each) => (away(each, place) < away(best, place) ? each : best));
  const weights = barycentric(nearest).map(clamped);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

function barycentric({ x, y }: Place): number[] {
  const right = x - (1 - y) / 2;
  return [1 - y, y - right, right];
}

function nearestOn(from: Place, to: Place, place: Place): Place {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const along = clamped(((place.x - from.x) * dx + (place.y - from.y) * dy) / (dx * dx + dy * dy));
  return { x: from.x + along * dx, y: from.y + along * dy };
}

function away(a: Place, b: Place): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

function clamped(value: number): number {
  return Math.min(1, Math.max(0, value));
}
