import { PictureSet } from '../../learning/picture-set.ts';
import { heldOutOf, LEVELS, lossesAt, textureLesson, textureShapeOf } from './texture-lesson.ts';
import { type Teach, teachLesson } from './train-lesson.ts';

const LEAST = 8;
/** With fewer it learns them by heart sooner than their kind. */
const ENOUGH = 100;

/** Learns to make pictures like those of a folder. */
export const learnDiffusion: Teach = async (job, context) => {
  const size = job.step.size ?? 32;
  const pictures = await PictureSet.read(job.files, size, LEAST, context.checkpoint, { cuts: true });
  const lesson = textureLesson(job.step, pictures);
  return teachLesson(job, context, lesson, pictures.count, async (trainer) => {
    const losses = await lossesAt(trainer, pictures, job.step.seed);
    const where = heldOutOf(pictures.count) > 0 ? 'heldOut' : 'learnt';
    return {
      shape: { ...textureShapeOf(size) },
      figures: Object.fromEntries(
        LEVELS.map((level, at) => [`${where}${level}`, Math.round(losses[at]! * 1e4) / 1e4]),
      ),
      notes: [
        ...pictures.notes,
        ...(pictures.count < ENOUGH
          ? [`${pictures.count} pictures are few: what it makes will be much like one of them.`]
          : []),
        `Its pictures are ${size} x ${size} pixels: enlarge them with Restore.`,
      ],
    };
  });
};
