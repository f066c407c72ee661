import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { GraphBuilder } from '../../../../models/graph/builder.ts';
import { FixedWeights, type Place } from '../../../../models/graph/gradient/weights.ts';
import { LATENT_PORTS } from '../../../../models/graph/latent-ports.ts';
import { writeOnnx } from '../../../../models/graph/write.ts';
import { generator, type PatternShape } from '../../../../models/learning/pattern-gan.ts';
import { fsyncFile } from '../../../../models/library/storage.ts';
import { PictureSet } from '../../learning/picture-set.ts';
import type { Trainer } from '../../learning/trainer.ts';
import { inWords, reducedTo, varietyOf } from './collapse.ts';
import { latentDescriptor } from './latent-descriptor.ts';
import { patternLesson, patternShapeOf, patterns } from './pattern-lesson.ts';
import { type Teach, teachLesson } from './train-lesson.ts';

const LEAST = 16;
const DRAWING = 'generator.onnx';
/** Batches of pictures by which variety is told. */
const TOLD = 4;
const MOST_COMPARED = 512;

/** Learns patterns of one kind, which the pad of Generate then explores. */
export const learnGan: Teach = async (job, context) => {
  const size = job.step.size ?? 32;
  const pictures = await PictureSet.read(job.files, size, LEAST, context.checkpoint, { cuts: true });
  const shape = patternShapeOf(size);
  const lesson = patternLesson(job.step, pictures);
  return teachLesson(job, context, lesson, pictures.count, async (trainer) => {
    const variety = await measureVariety(trainer, shape, pictures);
    const vectors = await trainer.vectors();
    const file = path.join(job.temp, DRAWING);
    const { layout, count } = lesson.pupils.generator!.step;
    await writeFile(file, writeOnnx(drawingGraph(shape, layout, vectors.get('generator/average')!)));
    await fsyncFile(file);
    return {
      shape: { ...shape },
      figures: { spread: round(variety.spread), coverage: round(variety.coverage) },
      notes: [
        ...pictures.notes,
        inWords(variety),
        `Its pictures are ${size} x ${size} pixels: enlarge them with Restore.`,
      ],
      latent: {
        file: DRAWING,
        descriptor: latentDescriptor({ size: shape.latent, width: size, height: size }, count),
      },
    };
  });
};

async function measureVariety(trainer: Trainer, shape: PatternShape, pictures: PictureSet) {
  const made: Float32Array[] = [];
  for (let batch = 0; batch < TOLD; batch++)
    made.push(...reducedTo(await patterns(trainer, shape, 1000 + batch), shape.size));
  const count = Math.min(MOST_COMPARED, pictures.count);
  const some = Array.from({ length: count }, (_, at) => Math.floor((at * pictures.count) / count));
  const real = reducedTo(pictures.batch(some, { low: -1, high: 1 }).floats, shape.size);
  return varietyOf(made, real);
}

/** Numbers to a picture, 0..1: the ports of any network of that kind. */
function drawingGraph(shape: PatternShape, layout: readonly Place[], vector: Float32Array) {
  const b = new GraphBuilder('pattern-drawing');
  const z = b.extraInput(LATENT_PORTS.z, [1, shape.latent]);
  const made = generator(b, new FixedWeights(b, layout, vector), shape, z);
  b.extraOutput(b.add(b.scale(made, 0.5), b.scalar(0.5)), LATENT_PORTS.output, [
    1,
    3,
    shape.size,
    shape.size,
  ]);
  return b.graph;
}

const round = (value: number) => Math.round(value * 100) / 100;
