import type { Given } from '../../../learning/open-graph.ts';
import { Random } from '../../../random.ts';
import { type Camera, type Cube, inCube, rayThrough, withinCube } from './camera.ts';
import { length, subtract } from './vectors.ts';

/** Square pictures of a scene, and where each was taken from. */
export interface Views {
  /** Pixels of a side. */
  readonly size: number;
  readonly cameras: readonly Camera[];
  /** Of each camera: bytes of RGB, rows top to bottom. */
  readonly pictures: readonly Uint8Array[];
  /** What should be known of them, in words. */
  readonly notes: readonly string[];
}

/** A cube that no ray enters nearer to its camera than this, in halves of the cube: dust on the lens is not learnt. */
const NEAREST = 0.05;
/** Every so many views one is held out, where there are at least twice as many. */
const EVERY = 8;

/** Which views are learnt from, and which are held out to tell how well. */
export function splitViews(count: number): { learnt: number[]; held: number[] } {
  const all = Array.from({ length: count }, (_, at) => at);
  if (count < EVERY) return { learnt: all, held: [] };
  const isHeld = (at: number) => (count < 2 * EVERY ? at === count >> 1 : at % EVERY === EVERY - 1);
  return { learnt: all.filter((at) => !isHeld(at)), held: all.filter(isHeld) };
}

/** The one of `among` that was taken from nearest to camera `at`. */
export function nearestView(cameras: readonly Camera[], at: number, among: readonly number[]): number {
  const away = (other: number) => length(subtract(cameras[other]!.position, cameras[at]!.position));
  return among.reduce((best, other) => (away(other) < away(best) ? other : best));
}

/** Rays that are made ready for a run of a field. */
class RayBatch {
  readonly #origin: Float32Array;
  readonly #direction: Float32Array;
  readonly #places: Float32Array;
  readonly #steps: Float32Array;

  constructor(
    readonly rays: number,
    readonly samples: number,
  ) {
    this.#origin = new Float32Array(3 * rays);
    this.#direction = new Float32Array(3 * rays);
    this.#places = new Float32Array(rays * samples);
    this.#steps = new Float32Array(rays);
  }

  /**
   * Puts ray `at` through a place in the picture of a camera, in the cube's measures; samples lie evenly within the
   * cube, each somewhere in its own part.
   * @param within 0..1: where in its part a sample lies
   */
  put(at: number, camera: Camera, u: number, v: number, within: () => number): void {
    const direction = rayThrough(camera, u, v);
    const { from, to } = withinCube(camera.position, direction, NEAREST);
    const step = (to - from) / this.samples;
    this.#origin.set(camera.position, 3 * at);
    this.#direction.set(direction, 3 * at);
    this.#steps[at] = step;
    for (let sample = 0; sample < this.samples; sample++)
      this.#places[at * this.samples + sample] = from + step * (sample + within());
  }

  given(): Record<string, Given> {
    const { rays, samples } = this;
    return {
      origin: { floats: this.#origin, dims: [rays, 3] },
      direction: { floats: this.#direction, dims: [rays, 3] },
      places: { floats: this.#places, dims: [rays, samples] },
      steps: { floats: this.#steps, dims: [rays, 1] },
    };
  }
}

/** Rays with their colours for a step, through pixels of the views in `among`: by the seed and the step alone. */
export function drawnRays(
  { cameras, pictures, size }: Views,
  cube: Cube,
  among: readonly number[],
  { seed, step, rays, samples }: { seed: number; step: number; rays: number; samples: number },
): Record<string, Given> {
  const random = new Random(seed, step);
  const batch = new RayBatch(rays, samples);
  const target = new Float32Array(3 * rays);
  const placed = new Map(among.map((at) => [at, inCube(cameras[at]!, cube)]));
  const within = () => random.unit();
  for (let ray = 0; ray < rays; ray++) {
    const view = random.pick(among);
    const pixel = random.below(size * size);
    const [x, y] = [pixel % size, Math.floor(pixel / size)];
    batch.put(ray, placed.get(view)!, (x + 0.5) / size, (y + 0.5) / size, within);
    for (let c = 0; c < 3; c++) target[3 * ray + c] = pictures[view]![3 * pixel + c]! / 255;
  }
  return { ...batch.given(), target: { floats: target, dims: [rays, 3] } };
}

/** What a camera sees: of every pixel, row by row. */
export interface SeenView {
  /** RGB, interleaved, 0..1. */
  readonly colour: Float32Array;
  readonly opacity: Float32Array;
  /** In halves of the cube; of what is clear it says nothing. */
  readonly depth: Float32Array;
  readonly spread: Float32Array;
}

/**
 * Renders what a camera, in the cube's measures, sees.
 * @param run a field over `count.rays` rays
 */
export async function renderView(
  camera: Camera,
  size: number,
  count: { rays: number; samples: number },
  run: (given: Record<string, Given>) => Promise<Record<string, Float32Array>>,
): Promise<SeenView> {
  const area = size * size;
  const view = {
    colour: new Float32Array(3 * area),
    opacity: new Float32Array(area),
    depth: new Float32Array(area),
    spread: new Float32Array(area),
  };
  const batch = new RayBatch(count.rays, count.samples);
  const middle = () => 0.5;
  for (let from = 0; from < area; from += count.rays) {
    const some = Math.min(count.rays, area - from);
    for (let ray = 0; ray < count.rays; ray++) {
      const pixel = from + Math.min(ray, some - 1);
      batch.put(ray, camera, ((pixel % size) + 0.5) / size, (Math.floor(pixel / size) + 0.5) / size, middle);
    }
    const made = await run(batch.given());
    view.colour.set(made.colour!.subarray(0, 3 * some), 3 * from);
    for (const name of ['opacity', 'depth', 'spread'] as const)
      view[name].set(made[name]!.subarray(0, some), from);
  }
  return view;
}

/** Decibels of a mean square error of numbers 0..1. */
export const decibelOf = (square: number): number => -10 * Math.log10(Math.max(square, 1e-10));

/** Mean square difference between a view and a picture, or between two pictures, 0..1. */
export function squareOf(seen: ArrayLike<number>, picture: Uint8Array, whole = 1): number {
  let sum = 0;
  for (let at = 0; at < picture.length; at++) sum += (seen[at]! / whole - picture[at]! / 255) ** 2;
  return sum / picture.length;
}
