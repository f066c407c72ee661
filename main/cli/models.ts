import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expected, GessoError } from '../../contract/errors.ts';
import { runOptions } from '../../contract/recipe.ts';
import type { Verified } from '../../models/library/library.ts';
import type { Workshop } from '../jobs/workshop.ts';
import { listBundles } from './bundles.ts';
import { InstallProgress } from './install-progress.ts';
import { listLearnt } from './learnt.ts';
import { EXIT } from './run-job.ts';

const print = (record: object) => process.stdout.write(`${JSON.stringify(record)}\n`);

export function listModels(workshop: Workshop, json: boolean): void {
  for (const { entry, installed, bytes } of workshop.library.list()) {
    const { id, task, scale, licence } = entry;
    if (json) print({ event: 'model', id, installed: installed !== undefined, task, scale, licence, bytes });
    else {
      const size = `${(bytes / 1e6).toFixed(1)} MB`;
      process.stdout.write(
        `${installed ? '*' : ' '} ${id.padEnd(26)} x${scale}  ${size.padStart(9)}  ${licence}  ${entry.goodFor}\n`,
      );
    }
  }
  listBundles(workshop, json);
  listLearnt(workshop, json);
  if (!json) process.stdout.write('* installed (size on disk); the others show what is downloaded.\n');
}

export function infoOfModel(workshop: Workshop, id: string, json: boolean): boolean {
  const known = workshop.library.list().find(({ entry }) => entry.id === id);
  if (!known) return false;
  const { entry, installed } = known;
  if (json) print({ event: 'model', installed: installed !== undefined, ...entry, ...installed?.descriptor });
  else {
    const lines = [
      `${entry.name} (${id})`,
      `Good for: ${entry.goodFor}`,
      `Task: ${entry.task} x${entry.scale}, ${entry.character}`,
      `By: ${entry.authors}`,
      `Licence: ${entry.licence} (${entry.licenceUrl})`,
      installed
        ? `Installed: ${installed.file}, ${installed.descriptor.parameters} parameters, tiles overlap by ${installed.descriptor.overlap} pixels`
        : `Not installed: ${((entry.sources[0]?.bytes ?? 0) / 1e6).toFixed(1)} MB to download`,
    ];
    process.stdout.write(`${lines.join('\n')}\n`);
  }
  return true;
}

/** What a model file is, without installing it. */
export async function infoOfFile(
  workshop: Workshop,
  file: string,
  { json, dequantise }: { json?: boolean; dequantise?: boolean },
): Promise<void> {
  const params = { file: path.resolve(file), ...(dequantise && { dequantise }) };
  const info = await workshop.host.call('model.describe', params);
  if (json) print(info);
  else
    process.stdout.write(
      `${Object.entries(info)
        .map(([key, value]) => `${key}: ${Array.isArray(value) ? value.join(', ') : value}`)
        .join('\n')}\n`,
    );
}

export async function installModel(
  workshop: Workshop,
  id: string,
  json: boolean,
  signal: AbortSignal,
): Promise<void> {
  const progress = new InstallProgress(id);
  try {
    const model = await workshop.library.install(id, { signal, onProgress: (p) => progress.update(p) });
    progress.end('installed');
    if (json) print({ event: 'installed', id, file: model.file, bytes: model.bytes });
  } catch (cause) {
    progress.end('not installed');
    throw cause;
  }
}

export async function removeModel(workshop: Workshop, id: string, json: boolean): Promise<void> {
  const isBundle = workshop.bundles.get(id) !== undefined;
  const removed = isBundle
    ? await workshop.bundles.remove(id)
    : workshop.learnt.get(id)
      ? await workshop.learnt.remove(id)
      : await workshop.library.remove(id);
  if (!removed) workshop.library.file(id);
  if (json) print({ event: 'removed', id });
  else process.stdout.write(`Removed ${id}.\n`);
}

/** What is wrong with models that are folders: those of an id, or all. */
async function foldersOf(
  models: Pick<Workshop['bundles'], 'problemOf'> & { list(): readonly { readonly id: string }[] },
  id: string | undefined,
): Promise<Verified[]> {
  const verified: Verified[] = [];
  for (const model of models.list())
    if (id === undefined || model.id === id)
      verified.push({ id: model.id, problem: (await models.problemOf(model.id))?.toRecord() });
  return verified;
}

async function networksOf(
  { bundles, learnt, library }: Workshop,
  id: string | undefined,
): Promise<Verified[]> {
  return id !== undefined && (bundles.get(id) ?? learnt.get(id)) ? [] : library.verify(id);
}

export async function verifyModels(
  workshop: Workshop,
  id: string | undefined,
  json: boolean,
): Promise<number> {
  const outcomes = [
    ...(await foldersOf(workshop.bundles, id)),
    ...(await foldersOf(workshop.learnt, id)),
    ...(await networksOf(workshop, id)),
  ];
  for (const { id: model, problem } of outcomes) {
    if (json)
      print({ event: 'verified', id: model, ok: problem === undefined, ...(problem && { error: problem }) });
    else process.stdout.write(`${model}: ${problem ? `${problem.message} ${problem.hint}` : 'whole'}\n`);
  }
  return outcomes.some(({ problem }) => problem) ? EXIT.someFailed : EXIT.done;
}

/** `[NAME=]FILE:1x3x48x48` -> the tensor in FILE, little-endian float32. */
async function readTensor(spec: string): Promise<{ name: string; data: Float32Array; dims: number[] }> {
  const match = spec.match(/^(?:([^=/\\:]+)=)?(.+):(\d+(?:x\d+)*)$/);
  if (!match)
    throw new GessoError(
      'usage/invalid',
      expected('[NAME=]FILE:1x3x48x48', '--input', spec),
      'See `gesso models run --help`.',
    );
  const [, name = '', file = '', shape = ''] = match;
  const dims = shape.split('x').map(Number);
  const count = dims.reduce((a, b) => a * b, 1);
  let bytes: Buffer;
  try {
    bytes = await readFile(path.resolve(file));
  } catch (cause) {
    throw new GessoError('input/unreadable', `Couldn't read ${file}.`, 'Check the path.', cause);
  }
  if (bytes.length !== count * 4)
    throw new GessoError(
      'input/unreadable',
      `${file} holds ${bytes.length} bytes, but ${shape} floats are ${count * 4}.`,
      'Correct the shape or the file.',
    );
  return { name, data: new Float32Array(Uint8Array.from(bytes).buffer), dims };
}

export async function runModelFile(
  workshop: Workshop,
  model: string,
  flags: { input: string[]; out: string; device?: string; dequantise?: boolean; json?: boolean },
): Promise<void> {
  const feeds: Record<string, { data: Float32Array; dims: number[] }> = {};
  for (const spec of flags.input) {
    const { name, data, dims } = await readTensor(spec);
    feeds[name] = { data, dims };
  }
  const work = await mkdtemp(path.join(workshop.folder.work, `0-${process.pid}-`));
  try {
    const file = workshop.library.get(model)?.file ?? path.resolve(model);
    const device = runOptions.shape.device.parse(flags.device ?? 'cpu');
    const { outputs } = await workshop.host.call('model.run', {
      ...{ file, feeds, device, work },
      ...(flags.dequantise && { dequantise: true }),
    });
    const out = path.resolve(flags.out);
    await mkdir(out, { recursive: true });
    for (const [name, { data, dims }] of Object.entries(outputs)) {
      const target = path.join(out, `${name.replace(/[^\w.-]/g, '_')}.f32`);
      await writeFile(`${target}.part`, new Uint8Array(data.buffer, data.byteOffset, data.byteLength), {
        flush: true,
      });
      await rename(`${target}.part`, target);
      if (flags.json) print({ event: 'output', name, file: target, shape: dims });
      else process.stdout.write(`${target}\n`);
    }
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
