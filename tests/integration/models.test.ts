import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { CATALOGUE } from '../../models/catalogue/index.ts';
import { gesso, homeWithModels, ROOT, scratch } from './support/gesso.ts';
import { drawn, motif } from './support/pictures.ts';

const IDS = CATALOGUE.map(({ id }) => id);

let home: string;
beforeAll(async () => {
  home = await homeWithModels();
});

/** A little-endian float32 file with a deterministic picture of 1 x 3 x side x side. */
function tensorFile(folder: string, side: number): string {
  const data = Float32Array.from({ length: 3 * side * side }, (_, i) => ((i * 37) % 101) / 101);
  const file = path.join(folder, 'in.f32');
  writeFileSync(file, new Uint8Array(data.buffer));
  return file;
}

describe('gesso models', () => {
  it('lists what there is and what is installed', async () => {
    const { code, events } = await gesso(['models', 'list', '--json'], { home });
    expect(code).toBe(0);
    expect(events.map(({ id }) => id)).toEqual(IDS);
    for (const { event, installed, task, scale, licence, bytes, id } of events) {
      expect(event).toBe('model');
      expect(task).toBe(CATALOGUE.find((entry) => entry.id === id)?.task);
      expect(installed).toBe(id === 'span-x2' || id === 'span-x4');
      expect([1, 2, 3, 4, 8]).toContain(scale);
      expect(String(licence).length).toBeGreaterThan(2);
      expect(Number(bytes)).toBeGreaterThan(1e6);
    }
  });

  it('tells of one, by id', async () => {
    const { code, events } = await gesso(['models', 'info', 'span-x2', '--json'], { home });
    expect(code).toBe(0);
    expect(events[0]).toMatchObject({
      id: 'span-x2',
      overlap: 16,
      scale: 2,
      licence: 'Apache-2.0',
      installed: true,
    });
    expect((await gesso(['models', 'info', 'no-such-model'], { home })).code).toBe(1);
  });

  it('tells of a model file without installing it', async () => {
    const blob = readdirSync(path.join(home, 'models/blobs'))[0]!;
    const { code, events } = await gesso(
      ['models', 'info', path.join(home, 'models/blobs', blob), '--json'],
      { home },
    );
    expect(code).toBe(0);
    expect(events[0]).toMatchObject({ format: 'onnx', inputChannels: 3, outputChannels: 3 });
  });

  it('finds a damaged file, removes it and says what is left', async () => {
    const own = await homeWithModels();
    expect((await gesso(['models', 'verify'], { home: own })).code).toBe(0);
    const { events } = await gesso(['models', 'info', 'span-x4', '--json'], { home: own });
    expect(events).toHaveLength(1);
    const blobs = path.join(own, 'models/blobs');
    for (const blob of readdirSync(blobs)) truncateSync(path.join(blobs, blob), 1000);
    const verified = await gesso(['models', 'verify', '--json'], { home: own });
    expect(verified.code).toBe(1);
    expect(verified.events).toMatchObject([
      { event: 'verified', id: 'span-x2', ok: false, error: { code: 'model/broken' } },
      { event: 'verified', id: 'span-x4', ok: false },
    ]);
    expect((await gesso(['models', 'remove', 'span-x2'], { home: own })).code).toBe(0);
    expect((await gesso(['models', 'remove', 'span-x2'], { home: own })).code).toBe(1);
    expect(existsSync(path.join(own, 'models/installed/span-x2.json'))).toBe(false);
  });

  it('refuses an id that is not in the catalogue', async () => {
    const { code, stderr } = await gesso(['models', 'install', 'span-x99'], { home });
    expect(code).toBe(1);
    expect(stderr).toContain('gesso models list');
  });

  it('installs from npm alone, where there is no Python, and the model works', async () => {
    const own = scratch('gesso-npm');
    const { code, stderr } = await gesso(['models', 'install', 'esrgan-slim-x2'], {
      home: own,
      // npm must be found, python and pip must not.
      env: { PATH: pathWithoutPython(own) },
    });
    expect([code, stderr]).toEqual([0, expect.stringContaining('installed')]);
    const out = scratch();
    const run = await gesso(
      [
        'models',
        'run',
        'esrgan-slim-x2',
        '--input',
        `${tensorFile(out, 24)}:1x3x24x24`,
        '--out',
        out,
        '--json',
      ],
      { home: own },
    );
    expect(run.events).toMatchObject([{ event: 'output', shape: [1, 3, 48, 48] }]);
  });

  it('uses the best that is installed where the default cannot be had, and says so', async () => {
    const own = await homeWithModels();
    await gesso(['models', 'remove', 'span-x2'], { home: own });
    const folder = scratch();
    await drawn(30, 20, 3, motif).png().toFile(path.join(folder, 'a.png'));
    const { code, events, stderr } = await gesso(['restore', 'a.png', '--json'], {
      home: own,
      cwd: folder,
      env: { PATH: '/nowhere', GESSO_WHEELS: scratch() },
    });
    expect([code, stderr]).toEqual([0, expect.stringContaining('span-x2')]);
    expect(events[0]).toMatchObject({ model: 'span-x4', width: 60 });
    expect(String(events[0]?.notes)).toContain('span-x4');
  });

  it('without any model and any network is a typed error for each input', async () => {
    const own = scratch('gesso-bare');
    const { code, events } = await gesso(['restore', 'a.png', 'b.png', '--json'], {
      home: own,
      env: { PATH: '/nowhere', GESSO_WHEELS: scratch() },
    });
    expect(code).toBe(1);
    expect(events).toMatchObject([
      { event: 'item', error: { code: 'model/missing' } },
      { event: 'item', error: { code: 'model/missing' } },
      { event: 'summary', failed: 2 },
    ]);
    expect(JSON.stringify(events[0])).toContain('gesso models install span-x2');
  });
});

describe('gesso models run', () => {
  it('runs a model on raw tensors, by id and by file, and writes each output', async () => {
    const out = scratch();
    const input = tensorFile(out, 48);
    const byId = await gesso(
      ['models', 'run', 'span-x2', '--input', `${input}:1x3x48x48`, '--out', out, '--json'],
      { home },
    );
    expect(byId.code).toBe(0);
    const [event] = byId.events;
    expect(event).toMatchObject({
      event: 'output',
      name: 'output',
      shape: [1, 3, 96, 96],
      file: path.join(out, 'output.f32'),
    });
    const first = readFileSync(String(event?.file));
    expect(first.length).toBe(3 * 96 * 96 * 4);
    const blobs = path.join(home, 'models/blobs');
    const info = JSON.parse(readFileSync(path.join(home, 'models/installed/span-x2.json'), 'utf8')) as Record<
      string,
      string
    >;
    const file = readdirSync(blobs).find((name) => JSON.stringify(info).includes(name.replace('.onnx', '')))!;
    const byFile = await gesso(
      [
        'models',
        'run',
        path.join(blobs, file),
        '--input',
        `input=${input}:1x3x48x48`,
        '--out',
        path.join(out, 'b'),
        '--json',
      ],
      { home },
    );
    expect(byFile.code).toBe(0);
    expect(readFileSync(path.join(out, 'b/output.f32'))).toEqual(first);
  });

  it('says what is wrong with a tensor', async () => {
    const out = scratch();
    const input = tensorFile(out, 8);
    for (const [spec, code] of [
      [`${input}:1x3x9x9`, 1],
      [`${input}`, 2],
      [`other=${input}:1x3x8x8`, 2],
      ['/nowhere.f32:1x3x8x8', 1],
    ] as const)
      expect([
        spec,
        (await gesso(['models', 'run', 'span-x2', '--input', spec, '--out', out], { home })).code,
      ]).toEqual([spec, code]);
  });
});

describe('npm run -s gesso', () => {
  it('takes paths against where the user stood', async () => {
    const folder = scratch();
    await drawn(20, 16, 3, motif).png().toFile(path.join(folder, 'a.png'));
    const stdout = execFileSync(
      'npm',
      ['run', '-s', '--prefix', ROOT, 'gesso', '--', 'restore', 'a.png', '--json'],
      {
        cwd: folder,
        env: { ...process.env, GESSO_HOME: home, INIT_CWD: folder },
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    );
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).event),
    ).toEqual(['item', 'summary']);
    expect(existsSync(path.join(folder, 'a_span-x2.png'))).toBe(true);
  });
});

/** A PATH with node and npm, and nothing of Python. */
function pathWithoutPython(folder: string): string {
  const bin = path.join(folder, 'bin');
  mkdirSync(bin, { recursive: true });
  for (const tool of ['node', 'npm', 'sh', 'env', 'uname'])
    try {
      symlinkSync(execFileSync('which', [tool], { encoding: 'utf8' }).trim(), path.join(bin, tool));
    } catch {
      // Not on this machine, then not needed here.
    }
  return bin;
}
