import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as ort from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { openModel } from '../../models/formats/open.ts';
import { writeOnnx } from '../../models/graph/write.ts';
import { largestDifference } from '../../models/testing/random.ts';
import { runBytes } from '../../models/testing/run.ts';

/** Small checkpoints of every architecture, with what PyTorch made of them and what a loader has to say of each. */
const ROOT = path.resolve(import.meta.dirname, '../..');
const FOLDER = path.join(
  process.env.GESSO_REFERENCE ?? path.resolve(ROOT, '../shared/expected'),
  'architectures',
);
const MANIFEST = path.join(FOLDER, 'manifest.json');
const TOLERANCE = 1e-3;

interface Given {
  readonly name: string;
  readonly file: string;
  readonly architecture: string;
  readonly scale: number;
  readonly inputChannels: number;
  readonly outputChannels: number;
  readonly sizeMinimum: number;
  readonly sizeMultipleOf: number;
  readonly tags: readonly string[];
  readonly input: { readonly file: string; readonly shape: number[] };
  readonly output: { readonly file: string; readonly shape: number[] };
}

/** Each name is a test of its own, so that a machine without the references says which ones it skipped. */
const NAMES = [
  ...['esrgan-x4', 'realesrgan-keys-x4', 'esrgan-x2-unshuffle', 'compact-x2', 'span-x2', 'realplksr-x4'],
  ...[
    'nafnet',
    'scunet',
    'swinir-x2',
    'drunet',
    'dncnn',
    'rcan-x2',
    'safmn-x2',
    'omnisr-x2',
    'dat-x2',
    'hat-x2',
  ],
];

const manifest: Given[] = existsSync(MANIFEST) ? JSON.parse(readFileSync(MANIFEST, 'utf8')) : [];
const names = new Set([...NAMES, ...manifest.map(({ name }) => name)]);

test.for([...names])('%s opens as what it is and gives what PyTorch gave', async (name, { skip }) => {
  const given = manifest.find((entry) => entry.name === name);
  if (!given) return skip(`${MANIFEST} does not have it`);
  const model = await openModel(path.join(FOLDER, given.file));
  const said = {
    architecture: model.architecture,
    scale: model.scale,
    inputChannels: model.inputChannels,
    outputChannels: model.outputChannels,
    sizeMinimum: model.sizes?.minimum,
    sizeMultipleOf: model.sizes?.multipleOf,
    tags: model.tags,
  };
  const { architecture, scale, inputChannels, outputChannels, sizeMinimum, sizeMultipleOf, tags } = given;
  const wanted = { architecture, scale, inputChannels, outputChannels, sizeMinimum, sizeMultipleOf, tags };
  expect(said).toEqual(wanted);

  // RCAN's own forward() multiplies its input by 255 in place, and the input was saved after the run.
  const data = floatsIn(given.input.file).map((value) => (name === 'rcan-x2' ? value / 255 : value));
  const feeds = { [model.input]: { data, dims: given.input.shape } };
  const made = (await runBytes(ort, writeOnnx(model.graph), feeds))[model.output]!;
  const reference = floatsIn(given.output.file);
  const largest = reference.reduce((top, value) => Math.max(top, Math.abs(value)), 0);
  expect(made.dims).toEqual(given.output.shape);
  expect(largestDifference(made.data, reference) / largest).toBeLessThan(TOLERANCE);
});

function floatsIn(file: string): Float32Array {
  return new Float32Array(Uint8Array.from(readFileSync(path.join(FOLDER, file))).buffer);
}
