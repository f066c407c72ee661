import { spawn } from 'node:child_process';
import { mkdtemp, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type BrowserWindow, ipcMain } from 'electron';
import { GessoError } from '../../contract/errors.ts';
import { recipe, runOptions } from '../../contract/recipe.ts';
import { drawnPicture } from '../ipc/drawn-picture.ts';
import { picture } from '../ipc/opened.ts';
import type { Studio } from '../ipc/studio.ts';

const PATIENCE_MS = 90_000;
const WIDTH = 48;
const HEIGHT = 32;

/** A data folder that is thrown away afterwards: a smoke test leaves the user's own queue alone. */
export function smokeHome(): Promise<string> {
  return mkdtemp(path.join(os.tmpdir(), 'gesso-smoke-'));
}

/**
 * `--smoke`: a drawn picture goes through the queue with the default model, and the window paints.
 * @returns the exit status; what went wrong is said on stderr
 */
export async function smoke(studio: Studio, window: BrowserWindow, home: string): Promise<number> {
  let timer: NodeJS.Timeout | undefined;
  const reached: string[] = [];
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`after ${PATIENCE_MS / 1000} s only this: ${reached.join(', ') || 'nothing'}`)),
      PATIENCE_MS,
    );
  });
  try {
    await Promise.race([
      Promise.all([
        restored(studio, home).then(() => reached.push('the picture was restored')),
        painted(window, reached),
      ]),
      late,
    ]);
    return 0;
  } catch (thrown) {
    const { message, hint } = GessoError.from(thrown);
    process.stderr.write(`The smoke test failed: ${message} ${hint}\n`);
    return 1;
  } finally {
    clearTimeout(timer);
  }
}

async function restored(studio: Studio, home: string): Promise<void> {
  const { store } = studio.options.workshop;
  const input = path.join(home, 'drawn.png');
  await writeFile(input, drawnPicture(WIDTH, HEIGHT));
  const steps = [{ studio: 'restore', task: 'upscale', scale: 2 }];
  const job = store.append(recipe.parse({ gesso: 1, steps }), runOptions.parse({}), [
    { input, folder: home },
  ]);
  studio.sources.add([picture(input)]);
  studio.queued(job.id);
  for (;;) {
    const item = store.items(job.id)[0]!;
    if (item.error) throw GessoError.fromRecord(item.error);
    if (item.status === 'done') {
      const { output, width, height } = item.result!;
      if (width !== WIDTH * 2 || height !== HEIGHT * 2 || (await stat(output)).size === 0)
        throw new Error(`the result is ${width} x ${height} pixels.`);
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Resolves once the page has asked for its state and something other than one colour is on the screen. */
async function painted(window: BrowserWindow, reached: string[]): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const asked = (_event: unknown, message: { channel?: unknown }) => {
      if (message?.channel !== 'app.state') return;
      ipcMain.off('gesso', asked);
      reached.push('the page asked for its state');
      resolve();
    };
    ipcMain.on('gesso', asked);
    window.webContents.once('render-process-gone', (_event, { reason }) =>
      reject(new Error(`the page is ${reason}`)),
    );
    window.webContents.once('did-fail-load', (_event, code, text) =>
      reject(new Error(`the page did not load: ${text} (${code})`)),
    );
  });
  for (;;) {
    const pixels = (await window.webContents.capturePage()).toBitmap();
    const first = pixels.subarray(0, 4);
    for (let i = 4; i < pixels.length; i += 4) if (!pixels.subarray(i, i + 4).equals(first)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const REMOVE_WHEN_GONE = `
const [, home, pid] = process.argv;
const timer = setInterval(() => {
  try { process.kill(Number(pid), 0); } catch {
    clearInterval(timer);
    require('node:fs').rmSync(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}, 50);`;

/** By a Node of its own: until this process is gone, Chromium writes its own files there. */
export function removeSmokeHome(home: string, node: string): void {
  spawn(node, ['-e', REMOVE_WHEN_GONE, home, String(process.pid)], {
    detached: true,
    stdio: 'ignore',
  }).unref();
}
