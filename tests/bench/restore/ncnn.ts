import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { findNcnnPython, type NcnnPython } from '../../integration/references/ncnn.ts';
import type { Bare } from '../bare.bench.ts';
import { type Gesso, PYTHON_PACKAGES } from '../support/engine.ts';
import type { Figures } from '../support/figures.ts';
import { best, interleave } from '../support/interleave.ts';
import { Ncnn } from '../support/ncnn.ts';
import { cut, photograph } from '../support/pictures.ts';
import { Program } from '../support/program.ts';

const MODELS = ['span-x4', 'realesrgan-x4plus'];
/** Both sides, whatever the machine has. */
const THREADS = 2;

/** ONNX Runtime against ncnn: the same weights, the same tile, both in fp32. */
export async function ncnn(gesso: Gesso, figures: Figures, quick: boolean): Promise<void> {
  const python = await findNcnnPython(PYTHON_PACKAGES);
  figures.heading(`ncnn, one tile, ${THREADS} threads, fp32`);
  for (const id of MODELS) {
    if (python) await compare(gesso, figures, python, id, quick);
    else figures.skip(`${id} ncnn / ONNX Runtime`, 'PyPI ncnn cannot be had for the Python of this machine');
  }
}

async function compare(gesso: Gesso, figures: Figures, python: NcnnPython, id: string, quick: boolean) {
  const side = quick ? 64 : 128;
  const model = await gesso.model(id);
  const [param] = await gesso.sources(id);
  const stem = param!.replace(/\.param$/, '');
  const tile = cut(await photograph('chelsea.png'), 100, 80, side, side);
  const file = path.join(gesso.folder, 'tile.f32');
  writeFileSync(file, tile);
  const bare = new Program<Bare>('bare');
  const [fast, direct] = [new Ncnn(python), new Ncnn(python)];
  try {
    const given = { file: model.file, threads: THREADS, tiles: [tile], dims: [1, 3, side, side] };
    await bare.ask('open', given);
    await fast.ask({ open: stem, threads: THREADS, winograd: true });
    await direct.ask({ open: stem, threads: THREADS, winograd: false });
    const rounds = quick ? 2 : id.startsWith('span') ? 15 : 4;
    const run = { run: file, shape: [3, side, side] };
    const runs = await interleave(rounds, {
      ours: () => bare.ask('pass', null),
      fast: () => fast.ask(run),
      direct: () => direct.ask(run),
    });
    const [ours, theirs, without] = [runs.ours, runs.fast, runs.direct].map((some) => best(some, (ms) => ms));
    figures.add(`${id} ONNX Runtime, ${side} x ${side}`, ours!, 'ms');
    figures.add(`${id} ncnn, ${side} x ${side}`, theirs!, 'ms');
    figures.add(`${id} ncnn without Winograd`, without!, 'ms');
    figures.add(`${id} ncnn / ONNX Runtime`, theirs! / ours!, '', {
      note: theirs! >= ours! ? 'ONNX Runtime is the faster.' : 'ncnn is the faster; why:',
    });
    if (theirs! < ours!) await explain(figures, id, bare, given, { ours: ours!, without: without!, gesso });
  } finally {
    bare.close();
    fast.close();
    direct.close();
  }
}

/** Where ONNX Runtime's time goes, and what ncnn's Winograd convolutions save it. */
async function explain(
  figures: Figures,
  id: string,
  bare: Program<Bare>,
  given: Parameters<Bare['open']>[0],
  { ours, without, gesso }: { ours: number; without: number; gesso: Gesso },
): Promise<void> {
  const profile = path.join(gesso.folder, `profile-${id}`);
  mkdirSync(profile);
  await bare.ask('open', { ...given, profile });
  await bare.ask('pass', null);
  await bare.ask('pass', null);
  const operators = Object.entries(await bare.ask('profile', null)).toSorted(([, a], [, b]) => b - a);
  const all = operators.reduce((sum, [, ms]) => sum + ms, 0);
  for (const [name, ms] of operators.slice(0, 3))
    figures.add(`${id} ONNX Runtime's time in ${name}`, (100 * ms) / all, '%');
  figures.add(`${id} ncnn without Winograd / ONNX Runtime`, without / ours, '', {
    note:
      without >= ours
        ? 'ncnn wins by its Winograd convolutions alone: ONNX Runtime computes 3x3 convolutions directly.'
        : 'ncnn wins without Winograd too.',
  });
}
