import * as ort from 'onnxruntime-node';
import sharp from 'sharp';
import type { ModelDescriptor } from '../../../contract/descriptor.ts';
import { latentStep } from '../../../contract/latent-step.ts';
import { LatentSpace } from '../../../main/engine/studios/generate/latent/latent-space.ts';
import type { Picture } from '../support/pictures.ts';
import { SAMPLE } from './prepare.ts';

/** Pictures of one half of a sample. */
const GRID = { columns: 3, rows: 2 };
/** Seeds whose pictures can be told at that size, looked through by hand: of both halves, row by row. */
const SEEDS = [25, 5, 48, 35, 26, 32, 38, 24, 9, 37, 12, 22];

/** What a network makes of some seeds, both halves of a sample full. */
export async function seeds(model: {
  file: string;
  descriptor: ModelDescriptor;
}): Promise<[Picture, Picture]> {
  const { latent, id } = model.descriptor;
  if (!latent) throw new Error(`${id} makes no pictures of numbers`);
  const session = await ort.InferenceSession.create(model.file, { logSeverityLevel: 3 });
  try {
    const count = GRID.columns * GRID.rows;
    const half = async (chosen: readonly number[]) => {
      const cells = [];
      for (const seed of chosen) cells.push(await cellOf(session, latent, id, seed));
      return beside(cells);
    };
    return [await half(SEEDS.slice(0, count)), await half(SEEDS.slice(count, 2 * count))];
  } finally {
    await session.release();
  }
}

const CELL = { width: SAMPLE.width / GRID.columns, height: SAMPLE.height / GRID.rows };

async function cellOf(
  session: ort.InferenceSession,
  latent: NonNullable<ModelDescriptor['latent']>,
  model: string,
  seed: number,
): Promise<Buffer> {
  const step = latentStep.parse({
    ...{ studio: 'generate', kind: 'latent', model, seeds: [{ seed }] },
  });
  const { z, condition } = new LatentSpace(latent, step).picture();
  const made = await session.run({
    z: new ort.Tensor('float32', z, [1, z.length]),
    ...(condition.length > 0 && { condition: new ort.Tensor('float32', condition, [1, condition.length]) }),
  });
  const planes = made.output!.data as Float32Array;
  const { width, height } = latent;
  const data = Uint8Array.from({ length: planes.length }, (_, at) =>
    Math.round(255 * Math.min(1, Math.max(0, planes[(at % 3) * width * height + Math.floor(at / 3)]!))),
  );
  return sharp(data, { raw: { width, height, channels: 3 } })
    .resize({ ...CELL, fit: 'cover' })
    .png()
    .toBuffer();
}

async function beside(cells: readonly Buffer[]): Promise<Picture> {
  const data = await sharp({ create: { ...SAMPLE, channels: 3, background: '#000000' } })
    .composite(
      cells.map((input, at) => ({
        input,
        left: CELL.width * (at % GRID.columns),
        top: CELL.height * Math.floor(at / GRID.columns),
      })),
    )
    // Laying something over it has given it an alpha.
    .removeAlpha()
    .raw()
    .toBuffer();
  return { ...SAMPLE, data };
}
