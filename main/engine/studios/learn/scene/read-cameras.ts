import path from 'node:path';
import { z } from 'zod';
import { GessoError } from '../../../../../contract/errors.ts';
import { type Camera, focalOf, lookingAt } from './camera.ts';
import { cross, dot, length, scale, subtract, unit, type Vector } from './vectors.ts';

/** What is taken for granted of a turntable: nothing in the pictures says it. Degrees. */
export const TURNTABLE = { angle: 40, above: 15 } as const;
const TURNTABLE_DISTANCE = 4;
/** A rotation's rows may be off by so much: files round their numbers. */
const RIGID = 1e-2;

const numbers = z.array(z.array(z.number()));
const transforms = z.object({
  camera_angle_x: z.number().positive().lt(Math.PI),
  frames: z.array(z.object({ file_path: z.string().min(1), transform_matrix: numbers })),
});

/** A picture of a scene by its path, and where it was taken from. */
export interface PlacedFile {
  /** Relative to the folder, perhaps without its extension, as the file has it. */
  readonly file: string;
  /** Its focal length is that of the picture's whole width. */
  readonly camera: Camera;
}

/**
 * Reads cameras in the form of NeRF's Blender scenes: `camera_angle_x` (radians, from side to side) and a frame for
 * each picture with `transform_matrix`, camera to world, OpenGL's axes.
 * @param text of a transforms.json @param name of the file, for messages
 * @throws GessoError input/unreadable naming the frame and what is wrong with it
 */
export function readCameras(text: string, name: string): PlacedFile[] {
  let record: unknown;
  try {
    record = JSON.parse(text);
  } catch (cause) {
    throw wrong(`${name} is not JSON.`, cause);
  }
  const parsed = transforms.safeParse(record);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw wrong(
      `${name}: ${issue?.path.join('.') || 'the whole'}: ${issue?.message ?? 'invalid'}.`,
      parsed.error,
    );
  }
  const focal = focalOf(parsed.data.camera_angle_x);
  return parsed.data.frames.map(({ file_path: file, transform_matrix: matrix }) => ({
    file,
    camera: cameraOf(matrix, focal, `${name}: the matrix of ${path.basename(file)}`),
  }));
}

function cameraOf(matrix: readonly (readonly number[])[], focal: number, what: string): Camera {
  const isFour = matrix.length >= 3 && matrix.slice(0, 3).every((row) => row.length === 4);
  if (!isFour) throw wrong(`${what} is not of 4 x 4 numbers.`);
  const column = (at: number): Vector => [matrix[0]![at]!, matrix[1]![at]!, matrix[2]![at]!];
  const [right, up, back, position] = [column(0), column(1), column(2), column(3)];
  const lengths = [right, up, back].map(length);
  // Some tools scale the whole scene: three columns that are equally long are still a rotation.
  const size = lengths[0]!;
  const isRigid =
    size > 1e-9 &&
    lengths.every((each) => Math.abs(each / size - 1) < RIGID) &&
    [dot(right, up), dot(up, back), dot(back, right)].every((each) => Math.abs(each) < RIGID * size * size) &&
    dot(cross(right, up), back) > 0;
  if (!isRigid)
    throw wrong(
      `${what} is no rigid transform: its axes are not at right angles, equally long and right-handed.`,
    );
  return { position, right: unit(right), up: unit(up), back: unit(back), focal };
}

/** @param shape pixels of the picture; the middle square is what is learnt @returns the camera of that square */
export function ofMiddleSquare(camera: Camera, { width, height }: { width: number; height: number }): Camera {
  return { ...camera, focal: (camera.focal * width) / Math.min(width, height) };
}

/**
 * Cameras of a turntable: round about at one distance and height, looking at the middle, counterclockwise seen from
 * above (the thing itself then turns clockwise).
 * @param angle degrees from one picture to the next; left out: a full turn in all; negative: the other way round
 */
export function turntableCameras(count: number, angle = 360 / count): Camera[] {
  const radians = Math.PI / 180;
  const above = TURNTABLE.above * radians;
  const focal = focalOf(TURNTABLE.angle * radians);
  return Array.from({ length: count }, (_, at) => {
    const turn = at * angle * radians;
    const place: Vector = [
      Math.cos(turn) * Math.cos(above),
      Math.sin(turn) * Math.cos(above),
      Math.sin(above),
    ];
    return lookingAt(scale(place, TURNTABLE_DISTANCE), [0, 0, 0], focal);
  });
}

/** A circle about a scene on which cameras look at its middle, as those do that it was learnt from. */
export interface Orbit {
  /** Of length 1: what is up. */
  readonly axis: Vector;
  readonly distance: number;
  /** Radians above the plane across the axis. */
  readonly above: number;
  readonly focal: number;
}

/** The orbit nearest to cameras in a cube's measures: what is up to them in the mean, and their mean height. */
export function orbitOf(cameras: readonly Camera[]): Orbit {
  const mean = (of: (camera: Camera) => number) =>
    cameras.reduce((sum, camera) => sum + of(camera), 0) / Math.max(1, cameras.length);
  const up: Vector = [0, 1, 2].map((axis) => mean((camera) => camera.up[axis]!)) as unknown as Vector;
  const axis: Vector = length(up) < 0.1 ? [0, 0, 1] : unit(up);
  return {
    axis,
    distance: mean(({ position }) => length(position)),
    above: mean(({ position }) => Math.asin(dot(position, axis) / Math.max(1e-9, length(position)))),
    focal: mean(({ focal }) => focal),
  };
}

/** @param turn radians from where the orbit begins @param higher radians above the orbit */
export function onOrbit({ axis, distance, above, focal }: Orbit, turn: number, higher = 0): Camera {
  const aside: Vector = Math.abs(axis[0]) < 0.9 ? [1, 0, 0] : [0, 1, 0];
  const first = unit(subtract(aside, scale(axis, dot(aside, axis))));
  const second = cross(axis, first);
  // Straight from above or below nothing is to the right.
  const height = Math.max(-1.5, Math.min(1.5, above + higher));
  const flat = Math.cos(height) * distance;
  const position = [0, 1, 2].map(
    (at) =>
      flat * (Math.cos(turn) * first[at]! + Math.sin(turn) * second[at]!) +
      Math.sin(height) * distance * axis[at]!,
  ) as unknown as Vector;
  const back = unit(position);
  const right = unit(cross(axis, back));
  return { position, right, up: cross(back, right), back, focal };
}

function wrong(message: string, cause?: unknown): GessoError {
  return new GessoError(
    'input/unreadable',
    message,
    'Write it again with the tool that made it: camera_angle_x, and file_path and transform_matrix of each frame.',
    cause,
  );
}
