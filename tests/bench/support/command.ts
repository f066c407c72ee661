import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { BUNDLES, HOME } from './engine.ts';
import { MemoryWatch, treeMemory } from './memory.ts';

export interface Commanded {
  /** Milliseconds. */
  wall: number;
  /** The most anonymous memory of all its processes together, bytes. */
  peak: number;
}

/** Runs the real command line on the bench's data folder and watches its memory. @throws where it fails */
export async function command(
  args: string[],
  onItem: (finished: number, memory: number, item: Record<string, unknown>) => void = () => {},
): Promise<Commanded> {
  const begun = performance.now();
  const child = spawn(process.execPath, [path.join(BUNDLES, 'cli.js'), ...args, '--json'], {
    env: { ...process.env, GESSO_HOME: HOME },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const watch = new MemoryWatch(child.pid!);
  let finished = 0;
  let problem = '';
  createInterface(child.stdout).on('line', (line) => {
    const event = JSON.parse(line);
    if (event.event !== 'item') return;
    if (event.error) problem ||= event.error.message;
    onItem(++finished, treeMemory(child.pid!), event);
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  const peak = watch.stop();
  if (code !== 0) throw new Error(`gesso ${args[0]} failed (${code}): ${problem || stderr}`);
  return { wall: performance.now() - begun, peak };
}
