import { rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fsyncFile } from '../../../../../models/library/storage.ts';
import { sheetOf } from '../../../learning/picture-set.ts';
import { freePath, nothingWritten, type Use, writeClip, writePicture } from '../learn-use.ts';
import { rayThrough } from './camera.ts';
import { plyOf } from './point-cloud.ts';
import { onOrbit } from './read-cameras.ts';
import { Scene } from './scene.ts';
import { add, scale, type Vector } from './vectors.ts';
import type { SeenView } from './views.ts';

/** Frames a second of an orbit. */
const RATE = 20;
const SHEET = 12;
const COLUMNS = 4;
const DEPTHS = 4;
const POINT_VIEWS = 24;
/** Points are told only where a ray ends at one place: opaque, and its deviation within so many knots. */
const SOLID = 0.8;
const SHARP = 3;
/** What is as good as background in a picture of depths. */
const OPAQUE = 0.5;
/** The grey of what is farthest, 0 to 255: not that of the background. */
const DARKEST = 32;

/** Round about it once: a sheet, or a clip that ends where it begins. */
const orbit: Use = async (job, context) =>
  Scene.with(job, context, async (scene) => {
    const size = scene.side;
    if (job.seconds !== undefined) {
      const cameras = scene.cameras(Math.max(2, Math.round(job.seconds * RATE)));
      const frame = async (at: number) => planarOf((await scene.look(cameras[at]!, size)).colour);
      const made = await writeClip(job, context, 'orbit', { size, rate: RATE, count: cameras.length, frame });
      return { ...nothingWritten, ...made };
    }
    const cameras = scene.cameras(job.count ?? SHEET);
    const planes = new Float32Array(cameras.length * 3 * size * size);
    for (const [at, camera] of cameras.entries()) {
      planes.set(planarOf((await scene.look(camera, size)).colour), at * 3 * size * size);
      context.emit({ fraction: (at + 1) / cameras.length });
    }
    const sheet = sheetOf(planes, size, Math.min(cameras.length, COLUMNS));
    return { ...nothingWritten, outputs: [await writePicture(job, 'orbit', sheet)] };
  });

/** How far away things are: near is white, far is dark, background is black. */
const depth: Use = async (job, context) =>
  Scene.with(job, context, async (scene) => {
    const size = scene.side;
    const cameras = scene.cameras(job.count ?? DEPTHS);
    const seen: SeenView[] = [];
    let [near, far] = [Number.POSITIVE_INFINITY, 0];
    for (const camera of cameras) {
      const view = await scene.look(camera, size);
      view.depth.forEach((value, pixel) => {
        if (view.opacity[pixel]! < OPAQUE) return;
        [near, far] = [Math.min(near, value), Math.max(far, value)];
      });
      seen.push(view);
      context.emit({ fraction: seen.length / cameras.length });
    }
    // The same grey is the same distance in all of them.
    const range = Math.max(1e-6, far - near);
    const outputs: string[] = [];
    for (const [at, view] of seen.entries()) {
      const data = new Uint8Array(3 * size * size);
      view.depth.forEach((value, pixel) => {
        const grey = view.opacity[pixel]! < OPAQUE ? 0 : DARKEST + (255 - DARKEST) * ((far - value) / range);
        data.fill(Math.round(grey), 3 * pixel, 3 * pixel + 3);
      });
      outputs.push(await writePicture(job, `depth_${at + 1}`, { width: size, height: size, data }));
    }
    if (far === 0)
      return { ...nothingWritten, outputs, notes: ['Nothing in it is solid yet: let it learn longer.'] };
    const told = [near, far].map((value) => (value * scene.shape.cube.half).toFixed(2));
    const notes = [
      `White is ${told[0]} from the camera, the darkest grey ${told[1]}, in the measures of its cameras; black is background.`,
    ];
    return { ...nothingWritten, outputs, notes };
  });

/** Where rays end, from several heights round about, in the measures of the cameras that it was learnt with. */
const points: Use = async (job, context) =>
  Scene.with(job, context, async (scene) => {
    const { cube, size, knots } = scene.shape;
    const sharp = (SHARP * 2) / (knots - 1);
    const places: Vector[] = [];
    const colours: Vector[] = [];
    const count = job.count ?? POINT_VIEWS;
    for (let at = 0; at < count; at++) {
      // Every second view looks from higher up, at what stands behind something.
      const camera = onOrbit(scene.shape.orbit, (2 * Math.PI * at) / count, at % 2 ? 0.5 : 0);
      const seen = await scene.look(camera, size);
      for (let pixel = 0; pixel < size * size; pixel++) {
        if (seen.opacity[pixel]! < SOLID || seen.spread[pixel]! > sharp) continue;
        const [u, v] = [((pixel % size) + 0.5) / size, (Math.floor(pixel / size) + 0.5) / size];
        const place = add(camera.position, scale(rayThrough(camera, u, v), seen.depth[pixel]!));
        places.push(add(cube.centre, scale(place, cube.half)));
        colours.push([0, 1, 2].map((c) => byteOf(seen.colour[3 * pixel + c]!)) as unknown as Vector);
      }
      context.emit({ fraction: (at + 1) / count });
    }
    const target = await freePath(job.out, 'points', '.ply');
    const temp = path.join(job.out, `.${path.basename(target)}.part`);
    await writeFile(temp, plyOf({ places, colours }));
    await fsyncFile(temp);
    await rename(temp, target);
    return { ...nothingWritten, outputs: [target], notes: [`${places.length} points of ${count} views.`] };
  });

const byteOf = (value: number) => Math.min(255, Math.max(0, Math.round(255 * value)));

/** Interleaved RGB as three planes. */
function planarOf(colour: Float32Array): Float32Array {
  const area = colour.length / 3;
  return colour.map((_, at) => Math.min(1, Math.max(0, colour[3 * (at % area) + Math.floor(at / area)]!)));
}

export const NERF_USES = { orbit, depth, points };
