import { mkdtemp, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { GessoError } from '../../contract/errors.ts';
import { learnUses, useOptions } from '../../contract/learn-use.ts';
import { filesToLearn } from '../jobs/learn-sources.ts';
import type { Workshop } from '../jobs/workshop.ts';
import { EXIT, onInterrupt } from './run-job.ts';
import { numberOf, parseOrExplain } from './usage.ts';

/** The flags of `gesso learn use` as commander leaves them. */
export interface UseFlags {
  out?: string;
  seed?: string;
  count?: string;
  seconds?: string;
  mask?: string;
  json?: boolean;
}

/** Uses something learnt. @returns the exit code */
export async function useLearnt(
  workshop: Workshop,
  id: string,
  use: string,
  inputs: readonly string[],
  flags: UseFlags,
): Promise<number> {
  const found = workshop.learnt.get(id);
  if (!found)
    throw new GessoError(
      'model/missing',
      `There is nothing learnt called ${id}.`,
      'See what there is with `gesso models list`.',
    );
  const { folder, ...model } = found;
  const named = parseOrExplain(learnUses, use, 'usage/invalid', 'See `gesso learn use --help`.');
  const options = parseOrExplain(
    useOptions,
    { seed: numberOf(flags.seed), count: numberOf(flags.count), seconds: numberOf(flags.seconds) },
    'usage/invalid',
    'See `gesso learn use --help`.',
  );
  const work = await mkdtemp(path.join(workshop.folder.work, `0-${process.pid}-`));
  try {
    const { files, rest } = await sorted(named === 'suggest' ? [] : inputs);
    const made = await workshop.host.call(
      'learn.use',
      {
        ...{ learnt: { model, folder }, use: named, files, work, ...options },
        inputs: named === 'suggest' ? [inputs.join(' ')] : rest,
        out: path.resolve(flags.out ?? '.'),
        ...(flags.mask !== undefined && { mask: path.resolve(flags.mask) }),
        device: workshop.settings.values.device,
      },
      { signal: onInterrupt(workshop) },
    );
    if (flags.json) process.stdout.write(`${JSON.stringify({ event: 'used', id, use: named, ...made })}\n`);
    else {
      for (const output of made.outputs) process.stdout.write(`${output}\n`);
      for (const { what, score } of made.found) process.stdout.write(`${score}\t${what}\n`);
      for (const note of made.notes) process.stderr.write(`${note}\n`);
    }
    return EXIT.done;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Folders become the pictures in them. */
async function sorted(inputs: readonly string[]): Promise<{ files: string[]; rest: string[] }> {
  const absolute = inputs.map((input) => path.resolve(input));
  const kinds = await Promise.all(absolute.map((file) => stat(file).catch(() => undefined)));
  const folders = absolute.filter((_, at) => kinds[at]?.isDirectory());
  const files = folders.length ? await filesToLearn({ kind: 'vae', sources: folders }) : [];
  return { files, rest: absolute.filter((file) => !folders.includes(file)) };
}
