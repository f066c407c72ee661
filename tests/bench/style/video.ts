import path from 'node:path';
import { DEFAULT_INTERPOLATION } from '../../../contract/tasks.ts';
import { type Flicker, flickerOf } from '../../support/flicker.ts';
import { command } from '../support/command.ts';
import type { Gesso } from '../support/engine.ts';
import type { Figures } from '../support/figures.ts';
import { MEMORY_UNKNOWN } from '../support/memory.ts';

const SAMPLES = path.join(import.meta.dirname, '../samples');
const COFFEE = ['--style', path.join(SAMPLES, 'coffee.png')];

/** Parts without a cut, of sources with motion, with noise, and large. */
const CLIPS = [
  { name: 'bikes.mp4', style: COFFEE, from: 0, frames: 24, rate: 25 },
  { name: 'carphone_pristine.mp4', style: COFFEE, from: 0, frames: 24, rate: 30_000 / 1001 },
  { name: 'bigbuckbunny.mp4', style: ['--style', 'builtin:7'], from: 2, frames: 12, rate: 25 },
] as const;

/** What steadiness takes away and what it costs: each clip painted frame by frame, and as it is without a flag. */
export async function styleVideo(gesso: Gesso, figures: Figures, quick: boolean): Promise<void> {
  const { file } = await gesso.model(DEFAULT_INTERPOLATION);
  for (const { name, style, from, frames, rate } of quick ? CLIPS.slice(1, 2) : CLIPS) {
    figures.heading(`Steadiness over ${frames} frames of ${name}`);
    const source = path.join(SAMPLES, name);
    const part = ['--from', `${from}`, '--to', (from + (frames - 0.5) / rate).toFixed(4)];
    const paint = async (kind: string, ...args: string[]) => {
      const stem = `${path.parse(name).name}-${kind}`;
      const where = ['--out', gesso.folder, '--name', stem, '--codec', 'ffv1', '--device', 'cpu'];
      const { wall } = await command(['style', source, ...style, ...part, ...where, ...args]);
      const skip = Math.round(from * rate);
      const seen = await flickerOf(path.join(gesso.folder, `${stem}.mkv`), source, file, skip);
      return { ...seen, fps: (frames * 1000) / wall };
    };
    report(figures, name, await paint('each', '--steady', '0'), await paint('steady'));
  }
}

type Painted = Flicker & { fps: number };

function report(figures: Figures, name: string, each: Painted, steady: Painted): void {
  const [clip] = name.split('.');
  figures.add(`style-video: ${clip}, flicker frame by frame`, each.painted, 'of 255');
  figures.add(`style-video: ${clip}, flicker of the source`, each.source, 'of 255');
  figures.add(`style-video: ${clip}, flicker steadied`, steady.painted, 'of 255');
  figures.add(`style-video: ${clip}, steadied / frame by frame`, steady.painted / each.painted, '', {
    bound: ['<=', 0.6],
  });
  figures.add(`style-video: ${clip}, energy of slopes, the same`, steady.energy / each.energy, '', {
    bound: ['>=', 0.8],
  });
  figures.add(`style-video: ${clip}, frame by frame`, each.fps, 'frames/s');
  figures.add(`style-video: ${clip}, steadied`, steady.fps, 'frames/s');
}

/** A clip of four times the length takes no more memory. */
export async function styleVideoMemory(gesso: Gesso, figures: Figures, quick: boolean): Promise<void> {
  figures.heading('Memory of a clip, on the command line');
  if (MEMORY_UNKNOWN) return figures.skip('peak memory of a clip', MEMORY_UNKNOWN);
  const peaks: number[] = [];
  for (const frames of quick ? [12, 48] : [50, 200]) {
    const args = ['style', path.join(SAMPLES, 'bikes.mp4'), ...COFFEE, '--to', `${frames / 25}`];
    const { peak } = await command([...args, '--out', gesso.folder, '--name', `long-${frames}`]);
    figures.add(`style-video: ${frames} frames, peak memory (RssAnon, all processes)`, peak / 1e6, 'MB', {
      bound: ['<=', 1500],
    });
    peaks.push(peak);
  }
  figures.add('style-video: four times as long / as long', peaks[1]! / peaks[0]!, '', { bound: ['<=', 1.1] });
}
