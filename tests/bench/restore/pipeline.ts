import { availableParallelism } from 'node:os';
import path from 'node:path';
import type { Bare } from '../bare.bench.ts';
import type { Gesso } from '../support/engine.ts';
import type { Bound, Figures } from '../support/figures.ts';
import { best, interleave } from '../support/interleave.ts';
import { cutTiles, photograph, writePng } from '../support/pictures.ts';
import { Program } from '../support/program.ts';

interface Case {
  model: string;
  /** Of the photograph, pixels. */
  width: number;
  height: number;
  rounds: number;
  /** The pipeline's wall time against the bare session's. */
  wall?: Bound;
  /** Time outside the session's runs, less decode and encode, in per cent of the session's. */
  outside?: Bound;
}

/** The networks' own time decides how large a picture can be measured in a minute. */
function cases(quick: boolean): Case[] {
  const span = quick
    ? { width: 400, height: 300, rounds: 3, outside: ['<=', 10] as const }
    : { width: 600, height: 400, rounds: 9, outside: ['<=', 10] as const };
  const large = quick ? { width: 120, height: 90, rounds: 2 } : { width: 300, height: 200, rounds: 5 };
  return [
    { model: 'realesrgan-x4plus', ...large, wall: ['<=', 1.05] },
    { model: 'span-x2', ...span },
    { model: 'span-x4', ...span },
  ];
}

/** What Gesso adds to the network: decode -> tiles -> encode against the same tiles, run back to back. */
export async function pipeline(gesso: Gesso, figures: Figures, quick: boolean): Promise<void> {
  const threads = availableParallelism();
  for (const { model: id, width, height, rounds, wall, outside } of cases(quick)) {
    const model = await gesso.model(id);
    const picture = await photograph('coffee.png', width, height);
    const input = await writePng(picture, path.join(gesso.folder, `${id}.png`));
    const first = await gesso.restore(input, model);
    const bare = new Program<Bare>('bare');
    try {
      const { tiles, dims } = cutTiles(picture, model.descriptor, first.tile);
      if (tiles.length !== first.tiles) throw new Error(`${tiles.length} tiles cut, ${first.tiles} run`);
      await bare.ask('open', { file: model.file, threads, tiles, dims });
      const runs = await interleave(rounds, {
        pipeline: () => gesso.restore(input, model),
        bare: () => bare.ask('pass', null),
      });
      const made = best(runs.pipeline, (run) => run.wall);
      const alone = best(runs.bare, (run) => run);
      const { session, decode, encode } = made.timings;
      figures.heading(
        `${id}: ${width} x ${height} pixels to JPEG, ${tiles.length} tiles of ${dims[3]} x ${dims[2]}`,
      );
      figures.add(`${id} pipeline wall`, made.wall, 'ms');
      figures.add(`${id} bare session wall`, alone, 'ms');
      figures.add(`${id} pipeline / bare session`, made.wall / alone, '', wall && { bound: wall });
      figures.add(`${id} inside the session's runs`, session, 'ms');
      figures.add(`${id} decode`, decode, 'ms');
      figures.add(`${id} encode`, encode, 'ms');
      const share = (100 * (made.wall - session - decode - encode)) / session;
      figures.add(`${id} outside session, decode and encode`, share, '%', outside && { bound: outside });
    } finally {
      bare.close();
    }
  }
}
