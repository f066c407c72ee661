import { mkdirSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { apartIn, type Hour, makeHour } from '../integration/support/hour.ts';
import { sd15 } from './generate/sd15.ts';
import { command } from './support/command.ts';
import { Gesso } from './support/engine.ts';
import { Figures } from './support/figures.ts';
import { MEMORY_UNKNOWN } from './support/memory.ts';
import { photograph } from './support/pictures.ts';

/**
 * `npm run bench -- long`: what takes minutes to prove, on the command line as people use it. `--sd15`: the diffusion
 * model alone; `--trainings`: what is learnt alone.
 */
const quick = process.argv.includes('--quick');
const figures = new Figures(process.argv.includes('--json'));
const gesso = new Gesso();

/** A picture of so many megapixels out of a photograph, as JPEG. */
async function hugePicture(megapixels: number): Promise<string> {
  const { data, width, height } = await photograph('coffee.png');
  const side = Math.sqrt((megapixels * 1e6) / (width * height));
  const file = path.join(gesso.folder, `${megapixels}-megapixels.jpg`);
  await sharp(data, { raw: { width, height, channels: 3 } })
    .resize(Math.ceil(width * side), Math.ceil(height * side))
    .jpeg({ quality: 90 })
    .toFile(file);
  return file;
}

async function huge(): Promise<void> {
  const megapixels = quick ? 12 : 100;
  figures.heading(`A JPEG of ${megapixels} megapixels through span-x2`);
  const input = await hugePicture(megapixels);
  const { wall, peak } = await command(['restore', input, '--model', 'span-x2', '--device', 'cpu']);
  figures.add(`${megapixels} megapixels, time`, wall / 1000, 's');
  figures.add(`${megapixels} megapixels, peak memory (RssAnon, all processes)`, peak / 1e6, 'MB', {
    bound: ['<=', 1500],
  });
}

/** A window's width of samples: one alone would hit a garbage collection or miss it. */
const WINDOW = 20;

async function many(): Promise<void> {
  const [early, late] = quick ? [40, 200] : [100, 1000];
  figures.heading(`${late} small pictures in one job`);
  const folder = path.join(gesso.folder, 'many');
  mkdirSync(folder);
  const { data, width, height } = await photograph('chelsea.png');
  for (let i = 0; i < late; i++) {
    await sharp(data, { raw: { width, height, channels: 3 } })
      .extract({ left: i % (width - 32), top: i % (height - 32), width: 32, height: 32 })
      .png()
      .toFile(path.join(folder, `${i}.png`));
  }
  const samples: number[] = [];
  const { wall } = await command(
    ['restore', folder, '--model', 'span-x2', '--device', 'cpu', '--out', path.join(folder, 'out')],
    (_, memory) => samples.push(memory),
  );
  const around = (n: number) => samples.slice(n - WINDOW, n).toSorted((a, b) => a - b)[WINDOW / 2]! / 1e6;
  figures.add(`${late} pictures, time`, wall / 1000, 's');
  figures.add(`memory after ${early} pictures`, around(early), 'MB');
  figures.add(`memory after ${late} pictures`, around(late), 'MB');
  figures.add(`memory after ${late} / after ${early}`, around(late) / around(early), '', {
    // Measured 1.19: V8's heap, which is collected late while there is room. A leaked tile a picture would make 3.
    bound: ['<=', 1.25],
  });
}

/** A clip with a flash and a beep every ten seconds, to twice the rate. @returns bytes at the most */
async function clip(name: string, frames: number): Promise<{ made: Hour; wall: number; peak: number }> {
  const folder = path.join(gesso.folder, name);
  mkdirSync(folder);
  const made = await makeHour(folder, { num: 25, den: 1 }, frames, 250);
  const args = ['interpolate', made.file, '--container', 'mp4', '--name', 'done', '--existing', 'overwrite'];
  return { made, ...(await command(args)) };
}

async function hour(): Promise<void> {
  const frames = quick ? 25 * 120 : 25 * 3600;
  figures.heading(`${frames / 25} s of 64 x 64 at 25 frames a second, to 50`);
  await gesso.model('rife-4.25');
  // The first one also makes the network's parts for this size, which takes more than the work.
  await clip('first', 25);
  const minute = await clip('minute', 25 * 60);
  const { made, wall, peak } = await clip('hour', frames);
  figures.add('hour, time', wall / 1000, 's');
  figures.add('hour, peak memory (RssAnon, all processes)', peak / 1e6, 'MB');
  // What is kept of each frame adds up: it was 2.5 times as much.
  if (!MEMORY_UNKNOWN)
    figures.add("hour, peak memory / a minute's", peak / minute.peak, '', { bound: ['<=', 1.25] });
  const { most, flashes, beeps } = await apartIn(path.join(gesso.folder, 'hour', 'done.mp4'));
  if (flashes !== made.flashes || beeps !== made.flashes)
    throw new Error(`${made.flashes} flashes and beeps became ${flashes} and ${beeps}`);
  figures.add('hour, sound and picture apart at most', most * 1000, 'ms', { bound: ['<=', 5] });
}

/** Levels of noise at which a learnt diffusion network says its loss (`figures` of its card). */
const LEVELS = [50, 250, 500, 750, 950];

/** Trains on pictures of emoji. @returns what its card says, how far it came, and the most memory */
async function learn(kind: string, seed: number, steps: number, ...more: string[]) {
  let card: { figures: Record<string, number> } = { figures: {} };
  // Of another seed, so that both are there afterwards and neither goes on from the other.
  const args = ['learn', kind, 'sample:emoji', '--steps', String(steps), '--seed', String(seed), ...more];
  const done = await command(args, (_, __, item) => {
    card = item as unknown as typeof card;
  });
  return { ...done, ...card };
}

async function trainings(): Promise<void> {
  const [few, many] = quick ? [20, 200] : [200, 10_000];
  figures.heading(`Variations learnt from emoji in ${many} steps`);
  const brief = await learn('vae', 1, few);
  // Memory is looked at over all of them.
  const whole = await learn('vae', 0, many, '--no-early-stop');
  figures.add('time', whole.wall / 1000, 's');
  figures.add('what it makes again of what is held out', whole.figures.decibel ?? 0, 'dB');
  figures.add('peak memory (RssAnon, all processes)', whole.peak / 1e6, 'MB');
  figures.add(`peak memory, ${many} steps / ${few} steps`, whole.peak / brief.peak, '', {
    bound: ['<=', 1.25],
  });

  const long = quick ? 100 : 4000;
  figures.heading(
    `Small diffusion learnt from emoji in ${long} steps: what is foretold wrongly of held-out ones`,
  );
  const [young, grown] = [await learn('diffusion', 1, quick ? 10 : 100), await learn('diffusion', 0, long)];
  figures.add('time', grown.wall / 1000, 's');
  for (const level of LEVELS) {
    const [before = 0, after = 0] = [young, grown].map((of) => of.figures[`heldOut${level}`]);
    figures.add(`at step ${level} of noise, mean square`, after, '');
    figures.add(`at step ${level} of noise, of what it was early`, after / before, '', { bound: ['<=', 1] });
  }

  // Each step of these takes as long as ten of the others: the judge is differentiated twice.
  const turns = quick ? 30 : 2000;
  figures.heading(`Patterns learnt from emoji in ${turns} steps`);
  const patterns = await learn('gan', 0, turns);
  figures.add('time', patterns.wall / 1000, 's');
  const { spread = 0, coverage = 0 } = patterns.figures;
  figures.add('how far apart its pictures lie, of how far the real ones do', spread, '', {
    bound: ['>=', quick ? 0 : 0.5],
  });
  figures.add('real pictures that one of its own is near to, of as many as chance would meet', coverage, '');
}

try {
  if (process.argv.includes('--trainings')) await trainings();
  else if (process.argv.includes('--sd15')) await sd15(figures, gesso.folder);
  else if (MEMORY_UNKNOWN) figures.skip('memory', MEMORY_UNKNOWN);
  else {
    await hour();
    await gesso.model('span-x2');
    await many();
    await huge();
    await sd15(figures, gesso.folder);
    await trainings();
  }
} finally {
  gesso.close();
}
process.exitCode = figures.finish();
