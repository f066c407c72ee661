import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as ort from 'onnxruntime-node';
import { defaultModel } from '../../main/jobs/resolve.ts';
import { CATALOGUE } from '../../models/catalogue/index.ts';
import { costOf } from '../../models/graph/cost.ts';
import { readOnnx } from '../../models/graph/read.ts';
import { DAMAGES, psnr } from './models/damage.ts';
import { timesOfProducts } from './models/products.ts';
import { Gesso } from './support/engine.ts';
import { Figures } from './support/figures.ts';
import { photograph, readPicture, writePng } from './support/pictures.ts';

/**
 * `npm run bench -- models`: what the models of the catalogue are here, and what each task gains on pictures damaged on
 * purpose. With --write the table of docs/models.md is made anew.
 */
const quick = process.argv.includes('--quick');
const figures = new Figures(process.argv.includes('--json'));
const gesso = new Gesso();
const PAGE = path.resolve(import.meta.dirname, '../../docs/models.md');
const TILE = 256;

/** Decibels before and after, over the middle of photographs. */
async function gains(): Promise<string[]> {
  figures.heading('What each task gains on damaged pictures');
  const rows: string[] = [];
  const names = quick ? ['coffee.png'] : ['coffee.png', 'astronaut.png', 'chelsea.png'];
  for (const [task, damage] of Object.entries(DAMAGES)) {
    const id = defaultModel(task as 'denoise');
    const model = await gesso.model(id);
    let [before, after] = [0, 0];
    for (const name of names) {
      const clean = await photograph(name, TILE, TILE);
      const damaged = await damage(clean);
      const input = await writePng(damaged, path.join(gesso.folder, `${task}-${name}`));
      const { output } = await gesso.restore(input, model, { format: 'png' });
      before += psnr(clean, damaged) / names.length;
      after += psnr(clean, await readPicture(output)) / names.length;
    }
    figures.add(`${task}, ${id}: before`, before, 'dB');
    figures.add(`${task}, ${id}: gain`, after - before, 'dB', { bound: ['>=', 0] });
    rows.push(
      `| ${task} | ${id} | ${before.toFixed(2)} | ${after.toFixed(2)} | ${(after - before).toFixed(2)} |`,
    );
  }
  return rows;
}

/** Parameters, seconds to load and seconds a tile of every model that is installed for the bench. */
async function table(): Promise<string[]> {
  figures.heading(`The models, tiles of ${TILE} x ${TILE} on the processor`);
  const rows: string[] = [];
  for (const entry of CATALOGUE.filter(({ task }) => task !== 'interpolate')) {
    if (quick && !entry.id.startsWith('span-x')) continue;
    const { file, descriptor } = await gesso.model(entry.id);
    const begun = performance.now();
    const session = await ort.InferenceSession.create(file, { intraOpNumThreads: 2, logSeverityLevel: 3 });
    const load = performance.now() - begun;
    const data = Float32Array.from({ length: 3 * TILE * TILE }, (_, at) => ((at * 7919) % 251) / 251);
    const feeds = { [descriptor.input]: new ort.Tensor('float32', data, [1, 3, TILE, TILE]) };
    await session.run(feeds);
    const started = performance.now();
    await session.run(feeds);
    const run = performance.now() - started;
    if (entry.format === 'tfjs-graph') {
      const graph = readOnnx(readFileSync(file), file);
      const flops = costOf(graph, { height: TILE, width: TILE }).flopsPerMegapixel * (TILE / 1000) ** 2;
      const times = await timesOfProducts(() => session.run(feeds), flops);
      figures.add(`${entry.id}: tile / its FLOPs in large products`, times, '', { bound: ['<=', 2.5] });
    }
    await session.release();
    figures.add(`${entry.id}: load`, load / 1000, 's');
    figures.add(`${entry.id}: tile`, run / 1000, 's');
    const { parameters, architecture, overlap, tiling } = descriptor;
    rows.push(
      `| ${entry.id} | ${entry.task} | x${entry.scale} | ${entry.format} | ${architecture} | ${(parameters / 1e6).toFixed(2)} M | ${tiling}, ${overlap} | ${(load / 1000).toFixed(2)} | ${(run / 1000).toFixed(2)} | ${entry.licence} |`,
    );
  }
  return rows;
}

const gained = await gains();
const rows = process.argv.includes('--gains') ? [] : await table();
if (process.argv.includes('--write')) {
  const page = readFileSync(PAGE, 'utf8');
  const put = (text: string, mark: string, lines: string[]) =>
    text.replace(
      new RegExp(`(<!-- ${mark} -->\\n)[^]*?(\\n<!-- /${mark} -->)`),
      (_, from: string, to: string) => `${from}${lines.join('\n')}${to}`,
    );
  const GAINS = ['| task | model | before, dB | after, dB | gain, dB |', '|---|---|---|---|---|'];
  const MODELS = [
    '| model | task | scale | format | network | parameters | tiles: kind, overlap | load, s | tile, s | licence |',
    '|---|---|---|---|---|---|---|---|---|---|',
  ];
  writeFileSync(PAGE, put(put(page, 'gains', [...GAINS, ...gained]), 'models', [...MODELS, ...rows]));
}
gesso.close();
process.exitCode = figures.finish();
