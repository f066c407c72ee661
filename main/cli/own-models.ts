import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { conditionNames } from '../../contract/descriptor.ts';
import { expected, GessoError } from '../../contract/errors.ts';
import { hubModelOf } from '../../models/library/fetch/hub-model.ts';
import { parseCatalogue } from '../../models/library/own-catalogue.ts';
import type { Workshop } from '../jobs/workshop.ts';
import { writeWhole } from '../jobs/write-whole.ts';
import { importAndTell, isModelFolder } from './bundles.ts';
import { type ModelFlags, wishesOf } from './generate.ts';
import { InstallProgress } from './install-progress.ts';

const print = (record: object) => process.stdout.write(`${JSON.stringify(record)}\n`);

interface ImportFlags extends ModelFlags {
  name?: string;
  license?: string;
  dequantise?: boolean;
  conditions?: string;
  json?: boolean;
}

/** Takes in a model of the user's own, whatever it is: a diffusion model has several networks, others one. */
export async function importAny(
  workshop: Workshop,
  given: string,
  flags: ImportFlags,
  signal: AbortSignal,
): Promise<void> {
  const isHub = hubModelOf(given) !== undefined;
  const source = isHub ? given : path.resolve(given);
  if (isHub || isModelFolder(source) || (await isDiffusion(workshop, source))) {
    const wishes = { ...(await wishesOf(flags)), name: flags.name, licence: flags.license };
    return importAndTell(workshop, source, wishes, flags.json === true, signal);
  }
  return importModel(workshop, source, flags, signal);
}

async function isDiffusion({ host }: Workshop, file: string): Promise<boolean> {
  return (await host.call('bundle.recognise', { source: file })).isDiffusion;
}

/** Takes in a model file of the user's own and says what it is. */
async function importModel(
  workshop: Workshop,
  file: string,
  flags: ImportFlags,
  signal: AbortSignal,
): Promise<void> {
  const progress = new InstallProgress(path.basename(file));
  const wishes = {
    ...{ name: flags.name, licence: flags.license, dequantise: flags.dequantise },
    ...(flags.conditions !== undefined && { conditions: conditionsOf(flags.conditions) }),
  };
  try {
    const { model, isNew, notes } = await workshop.library.import(path.resolve(file), wishes, {
      signal,
      onProgress: (p) => progress.update(p),
    });
    progress.end(isNew ? `imported as ${model.id}` : `is there already as ${model.id}`);
    const { id, bytes, descriptor, imported } = model;
    if (flags.json)
      print({ event: 'imported', id, isNew, file: model.file, bytes, descriptor, imported, notes });
    else {
      const { task, scale, architecture, parameters, licence } = descriptor;
      process.stdout.write(
        `${id}: ${architecture}, ${task} x${scale}, ${parameters} parameters, licence ${licence}\n`,
      );
      for (const note of notes) process.stdout.write(`${note}\n`);
    }
  } catch (cause) {
    progress.end('not imported');
    throw cause;
  }
}

/** "cat,dog". @throws GessoError usage/invalid */
function conditionsOf(text: string): string[] {
  const names = text.split(',').map((name) => name.trim());
  const parsed = conditionNames.safeParse(names);
  if (parsed.success) return parsed.data;
  throw new GessoError(
    'usage/invalid',
    expected('NAME,NAME,... each once, of letters and digits', '--conditions', text),
    'Name what each of the last numbers of the network stands for, in its order.',
  );
}

/** Adds a catalogue file of the user's own; one of the same name is replaced. */
export async function addCatalogue(workshop: Workshop, file: string, json: boolean): Promise<void> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new GessoError('input/unreadable', `Couldn't read ${file}.`, 'Check the path.', cause);
  }
  const entries = parseCatalogue(text, file);
  const folder = path.join(workshop.folder.root, 'catalogues');
  await mkdir(folder, { recursive: true });
  writeWhole(path.join(folder, `${path.parse(file).name}.json`), text);
  const ids = entries.map(({ id }) => id);
  if (json) print({ event: 'catalogue', models: ids });
  else process.stdout.write(`Added ${ids.join(', ')}.\n`);
}
