import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { GraphBuilder } from '../../../../models/graph/builder.ts';
import { FixedWeights, type Place } from '../../../../models/graph/gradient/weights.ts';
import { LATENT_PORTS } from '../../../../models/graph/latent-ports.ts';
import { writeOnnx } from '../../../../models/graph/write.ts';
import { decoder, type VaeShape } from '../../../../models/learning/vae.ts';
import { fsyncFile } from '../../../../models/library/storage.ts';
import { PictureSet } from '../../learning/picture-set.ts';
import { latentDescriptor } from './latent-descriptor.ts';
import { measureSpace, writeSpace } from './picture-space.ts';
import { type Teach, teachLesson } from './train-lesson.ts';
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
    const graph = decoderGraph(shape, lesson.pupils.vae!.step.layout, vectors.get('vae/parameters')!);
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

/** Numbers to a picture: the ports of any network of that kind. */
function decoderGraph(shape: VaeShape, layout: readonly Place[], vector: Float32Array) {
  const b = new GraphBuilder('vae-decoder');
  const z = b.extraInput(LATENT_PORTS.z, [1, shape.latent]);
  const made = decoder(b, new FixedWeights(b, layout, vector), shape, z);
  b.node('Identity', [made], {}, LATENT_PORTS.output);
  b.graph.outputs.push({
    name: LATENT_PORTS.output,
    type: 'float32',
    dims: [1, 3, shape.size, shape.size],
  });
  return b.graph;
}

const round = (value: number) => Math.round(value * 100) / 100;
