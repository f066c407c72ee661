import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as ort from 'onnxruntime-node';
import type { CatalogueEntry } from '../../contract/descriptor.ts';
import { GessoError } from '../../contract/errors.ts';
import { DEFAULT_PAINTER } from '../../contract/tasks.ts';
import { CATALOGUE } from '../../models/catalogue/index.ts';
import { damaged, enlarged, frames, mixed, pair, SAMPLE, scenes } from './samples/prepare.ts';
import { seeds } from './samples/seeds.ts';
import { Gesso } from './support/engine.ts';
import { type Picture, readPicture, writePng } from './support/pictures.ts';

/**
 * `npm run samples`: what each entry of the catalogue makes of a scene that is drawn here and damaged as its task says;
 * of what makes pictures itself, some of them.
 * The library shows it before a model is fetched. What is there already stays, so a run that was ended goes on; with
 * --force all are made anew.
 */
const FOLDER = path.resolve(import.meta.dirname, '../../models/catalogue/samples');
const isForced = process.argv.includes('--force');
const READER = CATALOGUE.find(({ id }) => id === DEFAULT_PAINTER)?.reader ?? '';
const gesso = new Gesso();

/** Before and after, both as large as a sample. */
async function made(entry: CatalogueEntry): Promise<[Picture, Picture]> {
  const model = await gesso.model(entry.id);
  if (entry.task === 'interpolate') return between(model.file);
  if (entry.task === 'style') return painted(entry);
  if (entry.task === 'generate') return seeds(model);
  const input = await damaged(entry);
  const file = await writePng(input, path.join(gesso.folder, `${entry.id}.png`));
  const { output } = await gesso.restore(file, model, { format: 'png' });
  return [await enlarged(input), await readPicture(output)];
}

/** The photograph's scene, painted like the drawing's; for what reads styles the other way round. */
async function painted({ id, reader }: CatalogueEntry): Promise<[Picture, Picture]> {
  const [photograph, drawing] = await scenes();
  const [input, like] = id === READER ? [drawing, photograph] : [photograph, drawing];
  const [file, style] = [
    await writePng(input, path.join(gesso.folder, 'scene.png')),
    await writePng(like, path.join(gesso.folder, 'like.png')),
  ];
  const isBuiltIn = reader === undefined && id !== READER;
  const models = isBuiltIn
    ? { builtIn: await gesso.model(id) }
    : { painter: await gesso.model(DEFAULT_PAINTER), reader: await gesso.model(READER) };
  const { output } = await gesso.style(file, models, isBuiltIn ? { builtIn: 7 } : { picture: style });
  return [input, await readPicture(output)];
}

/** The two frames over each other, and the one that the model puts between them. */
async function between(file: string): Promise<[Picture, Picture]> {
  const [first, second] = await frames();
  const session = await ort.InferenceSession.create(file, { logSeverityLevel: 3 });
  const made = await session.run({
    frame0: tensorOf(first),
    frame1: tensorOf(second),
    timestep: new ort.Tensor('float32', Float32Array.of(0.5), [1, 1, 1, 1]),
  });
  await session.release();
  const values = made[session.outputNames[0]!]!.data as Float32Array;
  const { width, height } = SAMPLE;
  const level = (at: number) => values[(at % 3) * width * height + Math.floor(at / 3)]! * 255;
  const data = Uint8Array.from({ length: 3 * width * height }, (_, at) =>
    Math.min(255, Math.max(0, Math.round(level(at)))),
  );
  return [mixed(first, second), { width, height, data }];
}

/** Planar, 0..1. */
function tensorOf({ width, height, data }: Picture): ort.Tensor {
  const planes = new Float32Array(3 * width * height);
  for (let at = 0; at < data.length; at++)
    planes[(at % 3) * width * height + Math.floor(at / 3)] = data[at]! / 255;
  return new ort.Tensor('float32', planes, [1, 3, height, width]);
}

mkdirSync(FOLDER, { recursive: true });
let failed = 0;
for (const entry of CATALOGUE) {
  const target = path.join(FOLDER, `${entry.id}.webp`);
  if (existsSync(target) && !isForced) continue;
  const begun = performance.now();
  try {
    const [before, after] = await made(entry);
    if (after.width !== SAMPLE.width || after.height !== SAMPLE.height)
      throw new Error(`the result has ${after.width} x ${after.height} pixels`);
    const bytes = await pair(before, after);
    writeFileSync(`${target}.part`, bytes);
    renameSync(`${target}.part`, target);
    const seconds = ((performance.now() - begun) / 1000).toFixed(1);
    process.stdout.write(`${entry.id}: ${bytes.length} bytes in ${seconds} s\n`);
  } catch (thrown) {
    failed += 1;
    process.stdout.write(`${entry.id}: failed: ${GessoError.from(thrown).message}\n`);
  }
}
gesso.close();
process.exitCode = failed > 0 ? 1 : 0;
