import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { WORKERS } from '../support/workers.ts';

const XVFB = '/usr/bin/Xvfb';
/** The displays that were started, for the workers, which inherit the environment. */
const DISPLAYS = 'GESSO_TEST_DISPLAYS';

/**
 * Starts a virtual screen for each worker where there is Xvfb: windows on one screen would take the focus and the
 * clipboard from each other, and on the user's they would get in the way.
 *
 * @returns what stops them
 */
export default async function startScreens(): Promise<() => void> {
  if (process.platform !== 'linux' || !existsSync(XVFB)) return () => {};
  const screens = await Promise.all(Array.from({ length: WORKERS }, startScreen));
  process.env[DISPLAYS] = screens.map(({ display }) => display).join();
  return () => {
    for (const { server } of screens) server.kill();
  };
}

/** A screen with the first number that is free; it lasts when its last window closes. */
async function startScreen(): Promise<{ server: ChildProcess; display: string }> {
  const server = spawn(
    XVFB,
    ['-displayfd', '3', '-screen', '0', '1600x1000x24', '-noreset', '-nolisten', 'tcp'],
    {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    },
  );
  const number = await new Promise<string>((resolve, reject) => {
    server.once('error', reject);
    server.once('exit', (code) => reject(new Error(`Xvfb ended at once (${code}).`)));
    createInterface(server.stdio[3] as Readable).once('line', resolve);
  });
  return { server, display: `:${number}` };
}

/** From here on this worker's windows open on its own screen. */
export function takeOwnScreen(): void {
  const display = process.env[DISPLAYS]?.split(',')[Number(process.env.TEST_PARALLEL_INDEX)];
  if (display) process.env.DISPLAY = display;
}
