import type { Teach } from '../train-lesson.ts';
import { teachLesson } from '../train-lesson.ts';
import { cubeOf, inCube } from './camera.ts';
import { fieldShapeOf, lookThrough, nerfLesson } from './nerf-lesson.ts';
import { orbitOf } from './read-cameras.ts';
import { readViews } from './read-views.ts';
import { decibelOf, nearestView, splitViews, squareOf } from './views.ts';

/** Learns a scene from views of it; those that are held out tell how well, beside the nearest view that was not. */
export const learnNerf: Teach = async (job, context) => {
  const { step, files } = job;
  const views = await readViews(files, step.size ?? 64, step.angle, context.checkpoint);
  const cube = cubeOf(views.cameras);
  const lesson = nerfLesson(step, views, cube);
  const { learnt, held } = splitViews(views.cameras.length);
  return teachLesson(job, context, lesson, learnt.length, async (trainer) => {
    let [made, nearest] = [0, 0];
    for (const at of held) {
      context.checkpoint();
      const picture = views.pictures[at]!;
      const beside = views.pictures[nearestView(views.cameras, at, learnt)]!;
      made += decibelOf(squareOf((await lookThrough(trainer, views, cube, at)).colour, picture));
      nearest += decibelOf(squareOf(beside, picture, 255));
    }
    const mean = (sum: number) => Math.round((100 * sum) / held.length) / 100;
    return {
      shape: {
        ...fieldShapeOf(views.size),
        size: views.size,
        cube,
        orbit: orbitOf(views.cameras.map((camera) => inCube(camera, cube))),
      },
      figures: {
        ...(held.length > 0 && { decibel: mean(made), nearestDecibel: mean(nearest) }),
        views: views.cameras.length,
        heldOut: held.length,
      },
      notes: [
        ...views.notes,
        ...(held.length ? [] : ['Too few views to hold one out: nothing tells how good it is but the eye.']),
      ],
    };
  });
};
