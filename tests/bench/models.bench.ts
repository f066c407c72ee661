import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as ort from 'onnxruntime-node';
import { isOfRestore } from '../../contract/tasks.ts';
import { statisticsOf } from '../../main/engine/inference/statistics-feeds.ts';
import { defaultModel } from '../../main/jobs/resolve.ts';
import { CATALOGUE } from '../../models/catalogue/index.ts';
import { costOf } from '../../models/graph/cost.ts';
import { readOnnx } from '../../models/graph/read.ts';
import { DAMAGES, psnr } from './models/damage.ts';
import { timesOfProducts } from './models/products.ts';
import { besideSource } from './models/source-runtime.ts';
import { Gesso } from './support/engine.ts';
import { Figures } from './support/figures.ts';
import { photograph, readPicture, writePng } from './support/pictures.ts';

/**
 * `npm run bench -- models`: what the models of the catalogue are here, and what each task gains on pictures damaged on
 * purpose (--gains: that alone). With --write the tables of docs/models.md are made anew; with --all every model is fetched
 * first, with --missing those that have no row on the page yet.
 */
const quick = process.argv.includes('--quick');
const figures = new Figures(process.argv.includes('--json'));
const gesso = new Gesso();
/** Formatted afterwards by `npx biome check --write docs`. */
const PAGE = path.resolve(import.meta.dirname, '../../docs/models.md');
const TILE = 256;
/** A network of floats in two runtimes may differ by so much of 255. */
const FROM_SOURCE = 2;
const isMissing = process.argv.includes('--missing');
const written = new Set(
  [...readFileSync(PAGE, 'utf8').matchAll(/^\| ([\w.-]+)\s+\|.*\| x\d/gm)].map(([, id]) => id),
);

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
async function table(done: (row: string) => void): Promise<void> {
  figures.heading(`The models, tiles of ${TILE} x ${TILE} on the processor`);
  for (const entry of CATALOGUE.filter(({ task }) => isOfRestore(task))) {
    if (quick && !entry.id.startsWith('span-x')) continue;
    if (isMissing ? written.has(entry.id) : !process.argv.includes('--all') && !gesso.has(entry.id)) continue;
    const { file, descriptor } = await gesso.model(entry.id);
    const begun = performance.now();
    const session = await ort.InferenceSession.create(file, { intraOpNumThreads: 2, logSeverityLevel: 3 });
    const load = performance.now() - begun;
    const data = Float32Array.from({ length: 3 * TILE * TILE }, (_, at) => ((at * 7919) % 251) / 251);
    const feeds = {
      [descriptor.input]: new ort.Tensor('float32', data, [1, 3, TILE, TILE]),
      ...statisticsOf(session),
    };
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
    const source = await besideSource(gesso, entry, TILE);
    if (source) {
      figures.add(`${entry.id}: from its own runtime`, source.difference * 255, 'of 255', {
        bound: ['<=', FROM_SOURCE],
      });
      figures.add(`${entry.id}: ${source.runtime} / ONNX Runtime`, source.theirs / source.ours, '');
    }
    figures.add(`${entry.id}: load`, load / 1000, 's');
    figures.add(`${entry.id}: tile`, run / 1000, 's');
    const { parameters, architecture, overlap, tiling } = descriptor;
    const beside = source
      ? `${(source.difference * 255).toFixed(3)} | ${source.ours.toFixed(2)} | ${source.theirs.toFixed(2)} (${source.runtime}${source.tile === TILE ? '' : `, ${source.tile} x ${source.tile}`})`
      : '| |';
    done(
      `| ${entry.id} | ${entry.task} | x${entry.scale} | ${entry.format} | ${architecture} | ${(parameters / 1e6).toFixed(2)} M | ${tiling}, ${overlap} | ${(load / 1000).toFixed(2)} | ${(run / 1000).toFixed(2)} | ${beside} | ${entry.licence} |`,
    );
  }
}

const GAINS = ['| task | model | before, dB | after, dB | gain, dB |', '|---|---|---|---|---|'];
const MODELS = [
  '| model | task | scale | format | network | parameters | tiles: kind, overlap | load, s | tile, s | difference, of 255 | network alone, s | its own runtime, s | licence |',
  '|---|---|---|---|---|---|---|---|---|---|---|---|---|',
];

/** Puts lines between two marks of the page, in place of what is there. */
function write(mark: string, change: (old: string[]) => string[]): void {
  if (!process.argv.includes('--write')) return;
  const between = new RegExp(`(<!-- ${mark} -->\\n)([^]*?)(\\n<!-- /${mark} -->)`);
  const page = readFileSync(PAGE, 'utf8').replace(between, (_, from: string, old: string, to: string) =>
    [from, change(old.split('\n').filter(Boolean)).join('\n'), to].join(''),
  );
  writeFileSync(PAGE, page);
}

if (!isMissing) {
  const gained = await gains();
  write('gains', () => [...GAINS, ...gained]);
}
if (!process.argv.includes('--gains'))
  await table((row) =>
    // Row by row: what this run leaves out, or does not come to, stays as it was.
    write('models', (old) => {
      const rows = new Map([...old.slice(2), row].map((line) => [line.split('|')[1]?.trim(), line]));
      return [...MODELS, ...CATALOGUE.flatMap(({ id }) => rows.get(id) ?? [])];
    }),
  );
gesso.close();
process.exitCode = figures.finish();
