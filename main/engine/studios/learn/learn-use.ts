import { access, rename } from 'node:fs/promises';
import path from 'node:path';
import { GessoError } from '../../../../contract/errors.ts';
import type { GraphBuilder } from '../../../../models/graph/builder.ts';
import { FixedWeights, type Weights } from '../../../../models/graph/gradient/weights.ts';
import { STATE_FILE } from '../../../../models/library/learnt.ts';
import { fsyncFile } from '../../../../models/library/storage.ts';
import type { SessionThread } from '../../inference/sessions.ts';
import { readCheckpoint } from '../../learning/checkpoint.ts';
import { type RawPicture, writeRawPicture } from '../../media/raw-picture.ts';
import { FramesWriter } from '../../media/video/frames-writer.ts';
import type { Event, Params, Result } from '../../protocol/methods.ts';

export type UseJob = Params<'learn.use'>;

export interface UseContext {
  readonly sessions: SessionThread;
  checkpoint(): void;
  emit(event: Event<'learn.use'>): void;
}

/** One thing that can be done with something learnt. */
export type Use = (job: UseJob, context: UseContext) => Promise<Result<'learn.use'>>;

/** What was found, without files. */
export const nothingWritten = { outputs: [], found: [], notes: [] } satisfies Result<'learn.use'>;

/**
 * What gives graphs the weights of a network as they were learnt.
 * @param vector the weights as they are, or their moving average
 * @throws GessoError model/broken
 */
export async function learntWeights(
  { learnt: { model, folder } }: Pick<UseJob, 'learnt'>,
  network: string,
  vector: 'parameters' | 'average' = 'parameters',
): Promise<(b: GraphBuilder) => Weights> {
  const state = await readCheckpoint(path.join(folder, STATE_FILE));
  const values = state?.vectors.get(`${network}/${vector}`);
  const layout = model.networks[network]?.layout;
  if (values && layout) return (b) => new FixedWeights(b, layout, values);
  throw new GessoError(
    'model/broken',
    `${model.name} lacks what it had learnt.`,
    `Learn it again, or remove it with "gesso models remove ${model.id}".`,
  );
}

/** A path in the folder of results that nothing has yet: `stem.png`, `stem-2.png`, ... */
export async function freePath(folder: string, stem: string, extension: string): Promise<string> {
  for (let number = 1; ; number++) {
    const file = path.join(folder, `${stem}${number > 1 ? `-${number}` : ''}${extension}`);
    try {
      await access(file);
    } catch {
      return file;
    }
  }
}

/** Writes a picture into the folder of results under a name that nothing has. */
export async function writePicture(job: UseJob, stem: string, picture: RawPicture): Promise<string> {
  const target = await freePath(job.out, stem, '.png');
  const temp = path.join(job.out, `.${path.basename(target)}.part`);
  await writeRawPicture(picture, temp);
  await fsyncFile(temp);
  await rename(temp, target);
  return target;
}

/** Frames of a clip that is drawn: square, planar RGB 0..1. */
interface Frames {
  readonly size: number;
  readonly count: number;
  /** A second. */
  readonly rate: number;
  frame(at: number): Promise<Float32Array> | Float32Array;
}

/** Writes a clip into the folder of results, as `writePicture` does pictures. */
export async function writeClip(
  job: UseJob,
  context: UseContext,
  stem: string,
  { size, count, rate, frame }: Frames,
): Promise<Pick<Result<'learn.use'>, 'outputs' | 'notes'>> {
  const form = { format: 'mp4', rate: { num: rate, den: 1 } } as const;
  const writer = new FramesWriter(form, { width: size, height: size }, job.work);
  try {
    for (let at = 0; at < count; at++) {
      context.checkpoint();
      await writer.write(await frame(at));
      context.emit({ fraction: (at + 1) / count });
    }
  } catch (thrown) {
    await writer.abandon();
    throw thrown;
  }
  const target = await freePath(job.out, stem, '.mp4');
  const temp = path.join(job.out, `.${path.basename(target)}.part`);
  await writer.finish(temp, undefined, context.checkpoint);
  await rename(temp, target);
  return { outputs: [target], notes: [...writer.notes] };
}

/** @throws GessoError usage/invalid where a use lacks its inputs */
export function needInputs(job: UseJob, least: number, what: string): void {
  if (job.inputs.length >= least) return;
  throw new GessoError('usage/invalid', `"${job.use}" needs ${what}.`, 'See `gesso learn use --help`.');
}
