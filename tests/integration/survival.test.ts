import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import sharp from 'sharp';
import { beforeEach, describe, expect, it } from 'vitest';
import { BUNDLES, gesso, homeWithModels, type Running, scratch, start } from './support/gesso.ts';
import { drawn, motif } from './support/pictures.ts';

let home: string;
let folder: string;
beforeEach(async () => {
  home = await homeWithModels();
  folder = scratch();
});

async function drawPictures(count: number, side: number): Promise<void> {
  for (let i = 0; i < count; i++)
    await drawn(side, side, 3, (x, y, c) => (motif(x, y, c) + 13 * i) % 256)
      .png()
      .toFile(path.join(folder, `p${i}.png`));
}

/** Process ids of a process's children. */
function childrenOf(pid: number): number[] {
  try {
    return execFileSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .map(Number);
  } catch {
    return [];
  }
}

/** The engine of a running command, as soon as there is one. */
async function engineOf(running: Running): Promise<number> {
  for (let i = 0; i < 400; i++) {
    const [engine] = childrenOf(running.child.pid!);
    if (engine) return engine;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('no engine started');
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Every output whole and there once, nothing else beside the inputs. */
async function expectWhole(count: number, scale: number, side: number): Promise<void> {
  const made = readdirSync(folder).filter((name) => !/^p\d+\.png$/.test(name));
  expect(made.sort()).toEqual(Array.from({ length: count }, (_, i) => `p${i}_span-x${scale}.png`).sort());
  for (const name of made) {
    const { info } = await sharp(path.join(folder, name)).raw().toBuffer({ resolveWithObject: true });
    expect([name, info.width, info.height]).toEqual([name, side * scale, side * scale]);
  }
}

describe('kill -9', () => {
  it('at any moment loses nothing: resume goes on, no output missing, half-written or made twice', async () => {
    await drawPictures(10, 90);
    let first = true;
    // Moments spread over start, decode, tiles, encode and rename of several items.
    for (const moment of [60, 250, 340, 410, 470, 530, 600, 700, 450, 380]) {
      const args = first ? ['restore', folder, '--scale', '4'] : ['jobs', 'resume'];
      const running = start(args, { home });
      if (first) await engineOf(running);
      first = false;
      await wait(moment);
      const engines = childrenOf(running.child.pid!);
      running.child.kill('SIGKILL');
      await running.done;
      // The engine ends by itself when main is gone.
      for (let i = 0; i < 100 && engines.some((pid) => existsSync(`/proc/${pid}/exe`)); i++) await wait(50);
      for (const name of readdirSync(folder).filter((n) => n.includes('span') && n.endsWith('.png')))
        await sharp(path.join(folder, name)).raw().toBuffer();
    }
    const resumed = await gesso(['jobs', 'resume', '--json'], { home });
    expect(resumed.code).toBe(0);
    const { events } = await gesso(['jobs', 'show', '1', '--json'], { home });
    expect(events[0]).toMatchObject({ status: 'done', items: { done: 10 } });
    await expectWhole(10, 4, 90);
    expect(readdirSync(path.join(home, 'cache/work'))).toEqual([]);
  });

  it('of the engine costs one retry of one item', async () => {
    await drawPictures(3, 300);
    const running = start(['restore', folder, '--scale', '4', '--json'], { home });
    const engine = await engineOf(running);
    await wait(700);
    process.kill(engine, 'SIGKILL');
    const { code, events } = await running.done;
    expect(code).toBe(0);
    expect(events.at(-1)).toEqual({ event: 'summary', done: 3, failed: 0, skipped: 0 });
    await expectWhole(3, 4, 300);
  });

  it('of every engine that starts fails the item in the end, with a typed error', async () => {
    await drawPictures(1, 500);
    const running = start(['restore', folder, '--scale', '4', '--json'], { home });
    let ended = false;
    void running.done.then(() => {
      ended = true;
    });
    const seen = new Set<number>();
    while (!ended) {
      for (const engine of childrenOf(running.child.pid!)) {
        if (seen.has(engine)) continue;
        seen.add(engine);
        await wait(600);
        try {
          process.kill(engine, 'SIGKILL');
        } catch {
          // It ended by itself.
        }
      }
      await wait(20);
    }
    const { code, events } = await running.done;
    expect(code).toBe(1);
    expect(events[0]).toMatchObject({ error: { code: 'engine/crashed' } });
    expect(JSON.stringify(events[0])).toContain('p0.png');
    expect(seen.size).toBeGreaterThan(1);
    expect(readdirSync(folder)).toEqual(['p0.png']);
  });
});

describe('Ctrl-C', () => {
  it('drops the item in hand cleanly, exits 130, and the job can be resumed', async () => {
    await drawPictures(4, 300);
    const running = start(['restore', folder, '--scale', '4', '--json'], { home });
    await engineOf(running);
    await wait(900);
    running.child.kill('SIGINT');
    const { code, stderr } = await running.done;
    expect(code).toBe(130);
    expect(stderr).toContain('gesso jobs resume');
    expect(readdirSync(folder).filter((name) => name.includes('.part'))).toEqual([]);
    const resumed = await gesso(['jobs', 'resume', '--json'], { home });
    expect(resumed.code).toBe(0);
    await expectWhole(4, 4, 300);
  });
});

describe('the queue', () => {
  it('is shared by two instances without an item being made twice', async () => {
    await drawPictures(8, 120);
    const running = start(['restore', folder, '--scale', '4'], { home });
    await engineOf(running);
    running.child.kill('SIGKILL');
    await running.done;
    const [a, b] = await Promise.all([
      gesso(['jobs', 'resume', '--json'], { home }),
      gesso(['jobs', 'resume', '--json'], { home }),
    ]);
    expect([a.code, b.code]).toEqual([0, 0]);
    await expectWhole(8, 4, 120);
    const attempts = await gesso(['jobs', 'show', '1', '--json'], { home });
    expect(attempts.events.slice(1).every(({ status }) => status === 'done')).toBe(true);
  });

  it('is listed, shown, cancelled, resumed and cleared', async () => {
    await drawPictures(2, 30);
    writeFileSync(path.join(folder, 'p2.png'), 'broken');
    const made = await gesso(['restore', folder, '--json'], { home });
    expect(made.code).toBe(1);
    const list = await gesso(['jobs', 'list', '--json'], { home });
    expect(list.events).toMatchObject([
      { event: 'job', id: 1, status: 'failed', items: { done: 2, failed: 1 } },
    ]);
    expect((await gesso(['jobs', 'resume'], { home })).code).toBe(0);
    expect((await gesso(['jobs', 'resume', '1'], { home })).code).toBe(0);
    expect((await gesso(['jobs', 'cancel', '1'], { home })).code).toBe(0);
    expect((await gesso(['jobs', 'show', '7'], { home })).code).toBe(1);
    expect((await gesso(['jobs', 'show', 'x'], { home })).code).toBe(2);
    expect((await gesso(['jobs', 'clear', '--json'], { home })).events).toEqual([
      { event: 'cleared', jobs: 1 },
    ]);
    expect((await gesso(['jobs', 'list', '--json'], { home })).events).toEqual([]);
    expect((await gesso(['jobs', 'resume'], { home })).code).toBe(0);
  });

  it('lets a job be cancelled from elsewhere while it runs', async () => {
    await drawPictures(6, 300);
    const running = start(['restore', folder, '--scale', '4', '--json'], { home });
    await engineOf(running);
    await wait(500);
    await gesso(['jobs', 'cancel', '1'], { home });
    const { events } = await running.done;
    expect(Number(events.at(-1)?.done)).toBeLessThan(6);
    expect(readdirSync(folder).filter((name) => name.includes('.part'))).toEqual([]);
    const shown = await gesso(['jobs', 'list', '--json'], { home });
    expect(shown.events[0]).toMatchObject({ status: 'cancelled' });
  });
});

describe('a recipe', () => {
  it('runs from a file, and a wrong one is refused by field', async () => {
    await drawPictures(1, 30);
    const file = path.join(folder, 'recipe.json');
    const recipe = {
      gesso: 1,
      steps: [{ studio: 'restore', task: 'upscale', model: 'span-x4', scale: 4, strength: 0.8 }],
      output: { format: 'webp', quality: 80, name: '{name}-{scale}', existing: 'rename' },
    };
    writeFileSync(file, JSON.stringify(recipe));
    const { code, events } = await gesso(['run', file, 'p0.png', '--out', 'out', '--json'], {
      home,
      cwd: folder,
    });
    expect(code).toBe(0);
    expect(events[0]?.output).toBe(path.join(folder, 'out/p0-4.webp'));
    // The same file as a base that options change.
    const flags = ['--recipe', file, '--scale', '2', '--out', 'out', '--json'];
    const changed = await gesso(['restore', ...flags, 'p0.png'], { home, cwd: folder });
    expect(changed.code).toBe(0);
    expect(changed.events[0]?.output).toBe(path.join(folder, 'out/p0-2.webp'));
    writeFileSync(file, JSON.stringify({ ...recipe, steps: [{ ...recipe.steps[0], strength: 3 }] }));
    const wrong = await gesso(['run', file, 'p0.png'], { home, cwd: folder });
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('strength');
    writeFileSync(file, '{');
    expect((await gesso(['run', file, 'p0.png'], { home, cwd: folder })).code).toBe(2);
  });
});

describe('the engine', () => {
  it('says nothing of GLib on stderr, and sends nothing to anybody', async () => {
    await drawPictures(3, 60);
    // The test's own environment switches telemetry off; the engine must do so by itself.
    const env = { ORT_DISABLE_TELEMETRY: undefined };
    const running = start(['restore', folder, '--json'], { home, env });
    const engine = await engineOf(running);
    expect((await running.done).code).toBe(0);
    const log = path.join(home, 'logs/engine.log');
    const lines = existsSync(log) ? readFileSync(log, 'utf8') : '';
    expect(lines).not.toMatch(/GLib|CRITICAL/);
    // ONNX Runtime's telemetry, where it is on, leaves this file as soon as it starts.
    expect(existsSync(`/tmp/mat-debug-${engine}.log`)).toBe(false);
  });

  it.skipIf(process.platform !== 'linux')('keeps no socket that it inherited by accident', async () => {
    // As Chromium's, made for another child: an engine that held it would hide that child's death.
    const engine = fork(path.join(BUNDLES, 'engine.js'), [], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc', 'pipe', 'pipe'],
    });
    try {
      const theirs = [engine.stdio[4], engine.stdio[5 as 4]] as Readable[];
      await Promise.all(theirs.map((end) => once(end.resume(), 'end')));
      const answered = once(engine, 'message');
      engine.send({ kind: 'call', id: 1, method: 'engine.hello', params: undefined });
      const [answer] = await answered;
      expect(answer).toMatchObject({ kind: 'result', value: { pid: engine.pid } });
    } finally {
      engine.kill();
    }
  });
});
