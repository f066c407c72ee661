import path from 'node:path';
import type { Bare } from '../bare.bench.ts';
import type { Gesso } from '../support/engine.ts';
import type { Figures } from '../support/figures.ts';
import { best, interleave } from '../support/interleave.ts';
import { cut, photograph, writePng } from '../support/pictures.ts';
import { Program } from '../support/program.ts';
import type { Tfjs } from '../tfjs.bench.ts';

const MODEL = 'esrgan-medium-x4';

/** UpscalerJS's network in its own runtime against the same network in Gesso, model loading apart on both sides. */
export async function tensorflow(gesso: Gesso, figures: Figures, quick: boolean): Promise<void> {
  // Large enough that the border which Gesso adds around a picture is a small part of it.
  const side = quick ? 128 : 256;
  const picture = await photograph('astronaut.png', side, side);
  const input = await writePng(picture, path.join(gesso.folder, 'tensorflow.png'));
  const tensor = { data: cut(picture, 0, 0, side, side), dims: [1, 3, side, side] };
  const model = await gesso.model(MODEL);
  const [source] = await gesso.sources(MODEL);
  const tfjs = new Program<Tfjs>('tfjs');
  const bare = new Program<Bare>('bare');
  try {
    const opened = await tfjs.ask('open', source!);
    const load = await bare.ask('open', {
      file: model.file,
      threads: 1,
      tiles: [tensor.data],
      dims: tensor.dims,
    });
    const runs = await interleave(quick ? 3 : 5, {
      gesso: () => gesso.restore(input, model),
      tfjs: () => tfjs.ask('run', tensor),
      oneThread: () => bare.ask('pass', null),
    });
    const ours = best(runs.gesso, (run) => run.wall).wall;
    const theirs = best(runs.tfjs, (run) => run);
    figures.heading(`${MODEL}: ${side} x ${side} pixels, TensorFlow.js on WebAssembly against Gesso`);
    figures.add(`${MODEL} TensorFlow.js load`, opened, 'ms');
    figures.add(`${MODEL} ONNX Runtime load`, load, 'ms');
    figures.add(`${MODEL} TensorFlow.js, pixels to pixels`, theirs, 'ms');
    figures.add(`${MODEL} Gesso, file to JPEG`, ours, 'ms');
    figures.add(`${MODEL} TensorFlow.js / Gesso`, theirs / ours, '', { bound: ['>=', 3] });
    figures.add(
      `${MODEL} TensorFlow.js / ONNX Runtime, one thread each`,
      theirs / best(runs.oneThread, (run) => run),
      '',
      {
        note: 'TensorFlow.js uses SIMD but, in Node, one thread only.',
      },
    );
  } finally {
    tfjs.close();
    bare.close();
  }
}
