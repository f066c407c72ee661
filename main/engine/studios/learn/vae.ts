import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { FixedWeights } from '../../../../models/graph/gradient/weights.ts';
import { writeOnnx } from '../../../../models/graph/write.ts';
import { fsyncFile } from '../../../../models/library/storage.ts';
import { PictureSet } from '../../learning/picture-set.ts';
import { latentDescriptor } from './latent-descriptor.ts';
import { measureSpace, writeSpace } from './picture-space.ts';
import { type Teach, teachLesson } from './train-lesson.ts';
import { drawingGraph } from './vae-graphs.ts';
import { SHOWN, vaeLesson, vaeShapeOf } from './vae-lesson.ts';

const LEAST = 16;
const DECODER = 'decoder.onnx';

/** Learns the numbers that pictures are made of, and where these pictures lie among all that they can make. */
export const learnVae: Teach = async (job, context) => {
  const size = job.step.size ?? 32;
  const pictures = await PictureSet.read(job.files, size, LEAST, context.checkpoint);
  const shape = vaeShapeOf(size);
  const lesson = vaeLesson(job.step, pictures);
  return teachLesson(job, context, lesson, pictures.count, async (trainer) => {
    const space = await measureSpace(pictures, shape, SHOWN, (x) =>
      trainer.look('through', { x }, { parameters: 'vae/parameters' }),
    );
    await writeSpace(job.temp, space);
    const vectors = await trainer.vectors();
    const file = path.join(job.temp, DECODER);
    const { layout } = lesson.pupils.vae!.step;
    const learnt = vectors.get('vae/parameters')!;
    const graph = drawingGraph(shape, 1, (b) => new FixedWeights(b, layout, learnt));
    await writeFile(file, writeOnnx(graph));
    await fsyncFile(file);
    return {
      shape: { ...shape },
      figures: { decibel: round(10 * Math.log10(1 / space.error)) },
      notes: [...pictures.notes, 'What it draws are soft sketches: enlarge them with Restore.'],
      latent: {
        file: DECODER,
        descriptor: latentDescriptor(
          { size: shape.latent, width: size, height: size },
          lesson.pupils.vae!.step.count,
        ),
      },
    };
  });
};

const round = (value: number) => Math.round(value * 100) / 100;
