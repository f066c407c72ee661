import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { command } from '../support/command.ts';
import { BUNDLES, type Gesso } from '../support/engine.ts';
import type { Figures } from '../support/figures.ts';
import { best } from '../support/interleave.ts';
import { MEMORY_UNKNOWN } from '../support/memory.ts';
import { photograph, writePng } from '../support/pictures.ts';

/** What a run takes of the machine: memory of the command line with its engine, and time until there is a window. */
export async function machine(gesso: Gesso, figures: Figures, quick: boolean): Promise<void> {
  figures.heading('The machine');
  await peakMemory(gesso, figures, quick);
  await timeToWindow(figures, quick);
}

async function peakMemory(gesso: Gesso, figures: Figures, quick: boolean): Promise<void> {
  for (const id of ['span-x2', 'span-x4', 'realesrgan-x4plus']) {
    const name = `${id} peak memory (RssAnon, all processes)`;
    if (MEMORY_UNKNOWN) {
      figures.skip(name, MEMORY_UNKNOWN);
      continue;
    }
    await gesso.model(id);
    const large = id.startsWith('realesrgan');
    const picture = await photograph('coffee.png', large && quick ? 100 : 300, large && quick ? 80 : 200);
    const input = await writePng(picture, path.join(gesso.folder, `${id}-memory.png`));
    const args = ['--model', id, '--out', gesso.folder, '--existing', 'overwrite', '--device', 'cpu'];
    const { peak } = await command(['restore', input, ...args]);
    figures.add(name, peak / 1e6, 'MB', { note: `one picture of ${picture.width} x ${picture.height}` });
  }
}

/** Wall time until the first contentful paint, in real Electron; a virtual screen where there is none. */
async function timeToWindow(figures: Figures, quick: boolean): Promise<void> {
  const name = 'time to window (first contentful paint)';
  const electron = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  const xvfb = '/usr/bin/xvfb-run';
  const screen = process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
  if (!electron) return figures.skip(name, 'there is no Electron here (npm start sets it up)');
  if (!existsSync(path.join(BUNDLES, 'app.js'))) return figures.skip(name, 'there is no app.js in the build');
  if (!screen && !existsSync(xvfb)) return figures.skip(name, 'there is no screen, and no Xvfb');
  const program = [process.execPath, path.join(import.meta.dirname, 'window.js')];
  const words = screen ? program : [xvfb, '--auto-servernum', ...program];
  const times: number[] = [];
  for (let round = 0; round < (quick ? 2 : 4); round++) times.push(await windowTime(words));
  // The first start reads Electron from the disk.
  if (times.length > 1) figures.add('time to window, first start', times[0]!, 'ms');
  figures.add(
    name,
    best(times, (ms) => ms),
    'ms',
  );
}

async function windowTime([program, ...args]: string[]): Promise<number> {
  const child = spawn(program!, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  if (code !== 0) throw new Error(`the window did not open (${code})`);
  return Number(text);
}
