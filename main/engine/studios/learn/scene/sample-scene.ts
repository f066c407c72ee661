import { unitAt } from '../../../random.ts';
import { type Camera, focalOf, lookingAt, rayThrough } from './camera.ts';
import { add, dot, scale, subtract, unit, type Vector } from './vectors.ts';

/** Field of view of the sample's cameras, radians. */
const ANGLE = 0.54;
/** Views of it that are learnt and held out. */
export const SAMPLE_VIEWS = 64;
const DISTANCE = 4;
const GOLDEN_ANGLE = Math.PI * (3 - Math.sqrt(5));
/** Rays a side of a pixel. */
const FINE = 4;
const BACKGROUND: Vector = [1, 1, 1];
const LIGHT = unit([0.4, -0.5, 0.9]);

type Paint = (at: Vector) => Vector;

interface Hit {
  readonly distance: number;
  readonly normal: Vector;
  readonly colour: Vector;
}
type Body = (origin: Vector, direction: Vector) => Hit | undefined;

/** Cameras on the upper half of a sphere, evenly (Vogel's spiral), from just above the ground to high up. */
export function sampleCameras(count: number): Camera[] {
  return Array.from({ length: count }, (_, at) => {
    const height = 0.12 + (0.7 * (at + 0.5)) / count;
    const turn = at * GOLDEN_ANGLE;
    const wide = Math.sqrt(1 - height * height);
    const position: Vector = [wide * Math.cos(turn), wide * Math.sin(turn), height];
    return lookingAt(scale(position, DISTANCE), [0, 0, 0], focalOf(ANGLE));
  });
}

/** A view of the sample, `size` x `size` bytes of RGB. */
export function drawSample(camera: Camera, size: number): Uint8Array {
  const data = new Uint8Array(3 * size * size);
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      let sum: Vector = [0, 0, 0];
      for (let part = 0; part < FINE * FINE; part++) {
        const u = (x + ((part % FINE) + 0.5) / FINE) / size;
        const v = (y + (Math.floor(part / FINE) + 0.5) / FINE) / size;
        sum = add(sum, seen(camera.position, rayThrough(camera, u, v)));
      }
      for (let c = 0; c < 3; c++) data[3 * (y * size + x) + c] = Math.round((255 * sum[c]!) / FINE ** 2);
    }
  return data;
}

function seen(origin: Vector, direction: Vector): Vector {
  const hit = nearest(origin, direction);
  if (!hit) return BACKGROUND;
  // Matt, lit from one side and a little from everywhere.
  return scale(hit.colour, 0.45 + 0.55 * Math.max(0, dot(hit.normal, LIGHT)));
}

function nearest(origin: Vector, direction: Vector): Hit | undefined {
  let found: Hit | undefined;
  for (const body of BODIES) {
    const hit = body(origin, direction);
    if (hit && (!found || hit.distance < found.distance)) found = hit;
  }
  return found;
}

function sphere(centre: Vector, radius: number, paint: Paint): Body {
  return (origin, direction) => {
    const from = subtract(origin, centre);
    const along = dot(from, direction);
    const inside = along * along - dot(from, from) + radius * radius;
    if (inside < 0) return undefined;
    const distance = -along - Math.sqrt(inside);
    if (distance <= 0) return undefined;
    const normal = unit(add(from, scale(direction, distance)));
    return { distance, normal, colour: paint(normal) };
  };
}

/** A box along the axes. */
function box(centre: Vector, halves: Vector, paint: Paint): Body {
  return (origin, direction) => {
    let [from, to, side] = [0, Number.POSITIVE_INFINITY, -1];
    for (let axis = 0; axis < 3; axis++) {
      const o = origin[axis]! - centre[axis]!;
      const a = (-halves[axis]! - o) / direction[axis]!;
      const b = (halves[axis]! - o) / direction[axis]!;
      if (Math.min(a, b) > from) [from, side] = [Math.min(a, b), axis];
      to = Math.min(to, Math.max(a, b));
    }
    if (side < 0 || from >= to) return undefined;
    const normal = [0, 1, 2].map((axis) => (axis === side ? -Math.sign(direction[axis]!) : 0));
    const at = subtract(add(origin, scale(direction, from)), centre);
    return { distance: from, normal: normal as unknown as Vector, colour: paint(at) };
  };
}

function checks(size: number, one: Vector, other: Vector): Paint {
  // A little off the faces: on them rounding would decide.
  return (at) =>
    at.reduce((sum, value) => sum + Math.floor(value / size + 0.01), 0) % 2 === 0 ? one : other;
}

/** Stripes about the z axis and across it, as on a ball. */
function gores(count: number, one: Vector, other: Vector): Paint {
  return ([x, y, z]) => {
    const turn = Math.floor((count * (Math.atan2(y, x) / Math.PI + 1)) / 2);
    return (turn + Math.floor((z + 1) * 2.5)) % 2 === 0 ? one : other;
  };
}

/** Soft spots between two colours: value noise of a lattice. */
function spots(fine: number, one: Vector, other: Vector): Paint {
  return (at) => {
    const [x, y, z] = scale(at, fine);
    const corner = [x, y, z].map(Math.floor) as unknown as Vector;
    const inside = subtract([x, y, z], corner).map((value) => value * value * (3 - 2 * value));
    let value = 0;
    for (let part = 0; part < 8; part++) {
      const steps = [part & 1, (part >> 1) & 1, part >> 2];
      const share = steps.reduce((all, step, axis) => all * (step ? inside[axis]! : 1 - inside[axis]!), 1);
      value += share * unitAt(corner[0] + steps[0]!, corner[1] + steps[1]!, corner[2] + steps[2]! + 64);
    }
    return add(scale(one, 1 - value), scale(other, value));
  };
}

const BODIES: readonly Body[] = [
  box([0, 0, -0.62], [1.02, 1.02, 0.12], checks(0.34, [0.9, 0.86, 0.75], [0.25, 0.4, 0.45])),
  sphere([-0.38, 0.32, 0.05], 0.55, gores(10, [0.85, 0.25, 0.2], [0.95, 0.9, 0.8])),
  box([0.45, -0.4, -0.12], [0.38, 0.38, 0.38], spots(6, [0.1, 0.25, 0.7], [1, 0.85, 0.2])),
  sphere([0.5, 0.55, -0.2], 0.3, spots(5, [0.05, 0.45, 0.2], [0.85, 0.95, 0.5])),
  box([-0.5, -0.55, -0.2], [0.18, 0.28, 0.3], checks(0.15, [0.2, 0.15, 0.15], [0.9, 0.55, 0.2])),
];

/** Share of a view that is background, 0..1. */
export function emptyShare(camera: Camera, size: number): number {
  let empty = 0;
  for (let at = 0; at < size * size; at++) {
    const [u, v] = [((at % size) + 0.5) / size, (Math.floor(at / size) + 0.5) / size];
    if (!nearest(camera.position, rayThrough(camera, u, v))) empty++;
  }
  return empty / size ** 2;
}
