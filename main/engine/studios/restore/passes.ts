import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { RowSink } from '../../inference/blending.ts';
import { runTiles, type TilePlan } from '../../inference/tiler.ts';
import type { DecodedPicture } from '../../media/decode.ts';
import { Spool } from '../../media/spool.ts';
import { type Transfer, transferFor } from '../../media/transfer.ts';
import { onFirstDevice, type Rung } from './device-ladder.ts';
import type { RestoreContext, RestoreJob } from './job.ts';
import { ResultRows } from './result-rows.ts';
import { RowWriter } from './row-writer.ts';

type Pass = RestoreJob['passes'][number];

/** What the networks need to know of a job. */
export type PassesJob = Pick<RestoreJob, 'passes' | 'strength' | 'device' | 'tile' | 'tileMemory' | 'work'>;

export interface PassesMade {
  /** The result's rows, not yet finished with a trailer. */
  spool: Spool;
  device: string;
  /** Tile size of the last pass, and tiles of all passes. */
  tile: number;
  tiles: number;
  failedTile: number | undefined;
  sessionMs: number;
}

/** What a pass reads. */
interface Source {
  spool: Spool;
  transfer: Transfer;
}

/** Runs the networks one after the other; each but the last leaves a 16-bit RGB spool for the next. */
export async function runPasses(
  job: PassesJob,
  picture: DecodedPicture,
  size: { width: number; height: number },
  context: RestoreContext,
  /** How the first network goes over the picture; left out: in tiles of the best size. */
  firstPlan?: TilePlan,
): Promise<PassesMade> {
  const made = {
    device: 'cpu',
    tile: 0,
    tiles: 0,
    failedTile: undefined as number | undefined,
    sessionMs: 0,
  };
  if (job.passes.length === 0 || job.strength === 0) {
    const rows = await ResultRows.begin(picture, size, 0, job.work);
    await rows.writePlain(context.checkpoint);
    return { ...made, spool: rows.spool };
  }
  let source: Source = picture;
  for (const [index, pass] of job.passes.entries()) {
    const { device, tile, failedTile, value } = await onFirstDevice(
      {
        sessions: context.sessions,
        model: pass,
        picture: source.spool,
        device: job.device,
        tile: job.tile,
        tileMemory: job.tileMemory,
        tileChosen: context.tileChosen,
        plan: index === 0 ? firstPlan : undefined,
      },
      (rung) => runPass(job, index, source, picture, size, rung, context),
    ).catch(async (cause) => {
      if (source !== picture) await discard(source.spool);
      throw cause;
    });
    made.device = device;
    made.tile = tile;
    made.failedTile = failedTile ?? made.failedTile;
    made.tiles += value.tiles;
    made.sessionMs += value.sessionMs;
    if (source !== picture) await discard(source.spool);
    source = { spool: value.spool, transfer: transferFor(undefined, 16, 3) };
  }
  return { ...made, spool: source.spool };
}

/** One network over the whole picture, into a spool of its own; a failure leaves none. */
async function runPass(
  job: PassesJob,
  index: number,
  source: Source,
  picture: DecodedPicture,
  size: { width: number; height: number },
  { session, plan }: Rung,
  context: RestoreContext,
): Promise<{ spool: Spool; tiles: number; sessionMs: number }> {
  const pass = job.passes[index]!;
  const { scale } = pass.descriptor;
  const made = { width: source.spool.width * scale, height: source.spool.height * scale };
  const isLast = index === job.passes.length - 1;
  const target = isLast
    ? await lastTarget(picture, size, made, job)
    : await innerTarget(made, path.join(job.work, `pass${index}.v`));
  const share = shareOf(index, job.passes);
  const { live } = context;
  try {
    const sessionMs = await runTiles({
      source: source.spool,
      transfer: source.transfer,
      descriptor: pass.descriptor,
      session,
      plan,
      checkpoint: context.checkpoint,
      onTile: (done, total) => context.progress(share.from + (share.size * done) / total),
      sink: target.sink,
      ...(isLast && live && { onOutput: (output) => live.tile(output, made, target.spool) }),
    });
    await live?.settled();
    if (!isLast) await target.spool.finish();
    return { spool: target.spool, tiles: plan.count, sessionMs };
  } catch (cause) {
    await discard(target.spool);
    throw cause;
  }
}

async function lastTarget(
  picture: DecodedPicture,
  size: { width: number; height: number },
  made: { width: number; height: number },
  job: PassesJob,
): Promise<{ spool: Spool; sink: RowSink }> {
  const rows = await ResultRows.begin(picture, size, job.strength, job.work);
  return { spool: rows.spool, sink: rows.sink(made) };
}

async function innerTarget(
  made: { width: number; height: number },
  file: string,
): Promise<{ spool: Spool; sink: RowSink }> {
  // 16 bits between networks: nothing that the next could see is rounded away.
  const spool = await Spool.create(file, { ...made, channels: 3, depth: 16 });
  const writer = new RowWriter(spool, { encode: undefined });
  return { spool, sink: (_, planes) => writer.write(planes, undefined) };
}

async function discard(spool: Spool): Promise<void> {
  await spool.close();
  await rm(spool.path, { force: true });
}

/** Passes weigh by their input pixels, which is what a network's time follows. */
function shareOf(index: number, passes: readonly Pass[]): { from: number; size: number } {
  let pixels = 1;
  const weights = passes.map(({ descriptor }) => {
    const weight = pixels;
    pixels *= descriptor.scale ** 2;
    return weight;
  });
  const sum = weights.reduce((a, b) => a + b, 0);
  return { from: weights.slice(0, index).reduce((a, b) => a + b, 0) / sum, size: weights[index]! / sum };
}
