import { writeRawPicture } from '../../../media/raw-picture.ts';
import type { Params, Result } from '../../../protocol/methods.ts';
import type { UseContext } from '../learn-use.ts';
import { RAYS } from './nerf-lesson.ts';
import { onOrbit } from './read-cameras.ts';
import { Scene } from './scene.ts';

/** Of one run as it was measured last, milliseconds; undefined: none was yet, and a quick view takes one. */
let runTook: number | undefined;

/** Draws one view of a scene as a PNG; the scene stays open for the next one. */
export function lookAtScene(
  job: Params<'learn.look'>,
  context: Pick<UseContext, 'sessions' | 'checkpoint'>,
): Promise<Result<'learn.look'>> {
  return Scene.kept(job, context, async (scene) => {
    const side = job.within === undefined ? scene.side : sideWithin(job.within, runTook, scene.side);
    const begun = performance.now();
    const degree = Math.PI / 180;
    const camera = onOrbit(scene.shape.orbit, job.around * degree, job.higher * degree);
    const { colour } = await scene.look(camera, side);
    const milliseconds = performance.now() - begun;
    runTook = milliseconds / Math.ceil(side ** 2 / RAYS);
    const data = Uint8Array.from(colour, (value) => Math.round(255 * Math.min(1, Math.max(0, value))));
    await writeRawPicture({ width: side, height: side, data }, job.target);
    return { side, isWhole: side === scene.side, milliseconds };
  });
}

/**
 * Pixels of a side that are drawn within a time. A run is of so many rays whether they are needed or not: whole runs
 * are filled.
 */
export function sideWithin(milliseconds: number, took: number | undefined, whole: number): number {
  const runs = took === undefined ? 1 : Math.max(1, Math.floor(milliseconds / took));
  return Math.min(whole, Math.floor(Math.sqrt(runs * RAYS)));
}
