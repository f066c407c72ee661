import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { readOnnx } from '../../models/graph/read.ts';
import { writeOnnx } from '../../models/graph/write.ts';
import { gesso, homeWithModels, scratch, start } from './support/gesso.ts';

/** Enough that each part of an import is hit: reading, converting, the checks that run it, moving in. */
const KILLS = 10;

let home: string;
let file: string;
beforeAll(async () => {
  home = await homeWithModels();
  // A network of some size, so that an import takes a while: the default model's own graph.
  const { stdout } = await gesso(['models', 'info', 'span-x2', '--json'], { home });
  expect(stdout).toContain('"installed":true');
  const [record = ''] = readdirSync(path.join(home, 'models/installed'));
  const { sha256 } = JSON.parse(readFileSync(path.join(home, 'models/installed', record), 'utf8'));
  file = path.join(scratch('import-kill'), 'Mine.onnx');
  const graph = readOnnx(readFileSync(path.join(home, 'models/blobs', `${sha256}.onnx`)), file);
  // Another name within, so that its blob is one of its own.
  writeFileSync(file, writeOnnx({ ...graph, name: 'mine' }));
});

const names = (folder: string) =>
  existsSync(path.join(home, 'models', folder)) ? readdirSync(path.join(home, 'models', folder)) : [];

/** What the store holds: every record's blob is there, and of the right hash and size by `models verify`. */
async function consistent(after: string): Promise<boolean> {
  const list = await gesso(['models', 'list', '--json'], { home });
  expect(list.code, after).toBe(0);
  const mine = list.events.find(({ id }) => id === 'mine');
  const verified = await gesso(['models', 'verify', '--json'], { home });
  expect([verified.code, verified.stdout], after).toEqual([0, expect.not.stringContaining('"ok":false')]);
  expect(
    verified.events.some(({ id }) => id === 'mine'),
    after,
  ).toBe(mine !== undefined);
  for (const record of names('installed')) {
    const { sha256 } = JSON.parse(readFileSync(path.join(home, 'models/installed', record), 'utf8'));
    expect(names('blobs'), after).toContain(`${sha256}.onnx`);
  }
  return mine !== undefined;
}

/** Ends a process, and the engines that it started where `all` says so, as a power cut would: nobody hears of it. */
function kill9(pid: number, all: boolean): void {
  let children: number[] = [];
  if (all)
    try {
      const text = execFileSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' });
      children = text.trim().split('\n').map(Number);
    } catch {
      // None.
    }
  for (const each of [pid, ...children])
    try {
      process.kill(each, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
}

describe('kill -9 during gesso models import', () => {
  it('leaves the model installed or not, and the next import works', async () => {
    const begun = performance.now();
    const whole = await gesso(['models', 'import', file, '--json'], { home });
    const duration = performance.now() - begun;
    expect([whole.code, whole.events[0]]).toEqual([0, expect.objectContaining({ id: 'mine' })]);
    let unfinished = 0;
    for (let kill = 0; kill < KILLS; kill += 1) {
      await gesso(['models', 'remove', 'mine', '--json'], { home });
      // One in each part of the time that an import takes, somewhere in it.
      const moment = ((kill + Math.random()) / KILLS) * duration;
      const running = start(['models', 'import', file, '--json'], { home });
      await sleep(moment);
      // An engine that is left alone ends by itself.
      kill9(running.child.pid ?? 0, kill % 2 === 0);
      await running.done;
      const isThere = await consistent(`killed after ${Math.round(moment)} of ${Math.round(duration)} ms`);
      unfinished += Number(!isThere);
    }
    expect(unfinished).toBeGreaterThan(KILLS / 2);
    const again = await gesso(['models', 'import', file, '--json'], { home });
    expect([again.code, again.events[0]]).toEqual([0, expect.objectContaining({ id: 'mine' })]);
    expect(await consistent('at the end')).toBe(true);
    // Nothing half-made is left: no work, and no blob without a record.
    expect(names('temp')).toEqual([]);
    await gesso(['models', 'remove', 'mine', '--json'], { home });
    expect(names('blobs')).toHaveLength(names('installed').length);
  });
});
