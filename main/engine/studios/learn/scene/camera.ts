import { add, cross, dot, length, scale, subtract, unit, type Vector } from './vectors.ts';

/**
 * A pinhole camera of square pictures, in OpenGL's axes: it looks along -back, `right` is to the right in the picture
 * and `up` up in it.
 */
export interface Camera {
  readonly position: Vector;
  readonly right: Vector;
  readonly up: Vector;
  readonly back: Vector;
  /** Distance of the picture's plane, in sides of the picture: 0.5 / tan(half the field of view). */
  readonly focal: number;
}

/** The cube that a scene lies in. */
export interface Cube {
  readonly centre: Vector;
  /** Half of a side. */
  readonly half: number;
}

/** @param angle the field of view from side to side, radians */
export const focalOf = (angle: number): number => 0.5 / Math.tan(angle / 2);

/** A camera that looks at a place, z being up. @param focal see `Camera` */
export function lookingAt(position: Vector, at: Vector, focal: number): Camera {
  const back = unit(subtract(position, at));
  // Straight from above nothing is up: y is then.
  const above: Vector = Math.abs(back[2]) > 0.999 ? [0, 1, 0] : [0, 0, 1];
  const right = unit(cross(above, back));
  return { position, right, up: cross(back, right), back, focal };
}

/**
 * The direction of a ray through a place in the picture, of length 1.
 * @param u,v from the upper left corner, in sides of the picture: 0..1
 */
export function rayThrough({ right, up, back, focal }: Camera, u: number, v: number): Vector {
  return unit(add(add(scale(right, u - 0.5), scale(up, 0.5 - v)), scale(back, -focal)));
}

/** Where a place is in the picture: the inverse of `rayThrough`. @returns undefined for one behind the camera */
export function placeInPicture(camera: Camera, place: Vector): { u: number; v: number } | undefined {
  const from = subtract(place, camera.position);
  const ahead = -dot(from, camera.back);
  if (ahead <= 0) return undefined;
  const factor = camera.focal / ahead;
  return { u: 0.5 + factor * dot(from, camera.right), v: 0.5 - factor * dot(from, camera.up) };
}

/** Where a ray is in a cube from -1 to 1 about the origin, in its lengths. @returns equal ends where it misses it */
export function withinCube(origin: Vector, direction: Vector, nearest = 0): { from: number; to: number } {
  let [from, to] = [nearest, Number.POSITIVE_INFINITY];
  for (let axis = 0; axis < 3; axis++) {
    const [o, d] = [origin[axis]!, direction[axis]!];
    if (Math.abs(d) < 1e-12) {
      if (Math.abs(o) > 1) return { from: nearest, to: nearest };
      continue;
    }
    const [a, b] = [(-1 - o) / d, (1 - o) / d];
    from = Math.max(from, Math.min(a, b));
    to = Math.min(to, Math.max(a, b));
  }
  return to > from ? { from, to } : { from: nearest, to: nearest };
}

/**
 * The cube that the cameras look at: about the place nearest to all their axes (least squares), as large as what the
 * median of them sees there.
 */
export function cubeOf(cameras: readonly Camera[]): Cube {
  const centre = nearestToAxes(cameras);
  const seen = cameras
    .map(({ position, focal }) => (0.5 / focal) * length(subtract(position, centre)))
    .sort((a, b) => a - b);
  return { centre, half: seen[seen.length >> 1] ?? 1 };
}

/** A camera in the measures of a cube from -1 to 1. */
export function inCube(camera: Camera, { centre, half }: Cube): Camera {
  return { ...camera, position: scale(subtract(camera.position, centre), 1 / half) };
}

/** Solves sum (I - d d^T) (p - o) = 0; axes that are all alike have no such place, and one ahead of the first is it. */
function nearestToAxes(cameras: readonly Camera[]): Vector {
  const sum = [0, 0, 0, 0, 0, 0, 0, 0, 0];
  let right: Vector = [0, 0, 0];
  for (const { position, back } of cameras)
    for (let i = 0; i < 3; i++) {
      const row = [0, 1, 2].map((j) => (i === j ? 1 : 0) - back[i]! * back[j]!);
      for (let j = 0; j < 3; j++) sum[3 * i + j]! += row[j]!;
      const unitAxis = [0, 1, 2].map((axis) => (axis === i ? 1 : 0)) as unknown as Vector;
      right = add(
        right,
        scale(unitAxis, row[0]! * position[0] + row[1]! * position[1] + row[2]! * position[2]),
      );
    }
  const columns = [0, 1, 2].map((j) => [sum[j]!, sum[3 + j]!, sum[6 + j]!] as Vector) as [
    Vector,
    Vector,
    Vector,
  ];
  const whole = dot(columns[0], cross(columns[1], columns[2]));
  const first = cameras[0];
  if (Math.abs(whole) < 1e-6 * cameras.length ** 3)
    return first
      ? subtract(first.position, scale(first.back, Math.max(1e-6, length(first.position))))
      : [0, 0, 0];
  // Cramer's rule.
  return [
    dot(right, cross(columns[1], columns[2])) / whole,
    dot(columns[0], cross(right, columns[2])) / whole,
    dot(columns[0], cross(columns[1], right)) / whole,
  ];
}
