import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { ModelDescriptor } from '../../../../contract/descriptor.ts';
import { GessoError } from '../../../../contract/errors.ts';
import { roundUp } from '../../../../contract/numbers.ts';
import { withEdge } from '../../../../contract/pyramid.ts';
import { storageError } from '../../../../models/library/storage.ts';
import { type Block, planBlocks, type Rect } from '../../inference/block-plan.ts';
import { firstTile, type Rung } from '../../inference/device-ladder.ts';
import { cpuThreads, devicesFor } from '../../inference/devices.ts';
import type { SessionThread } from '../../inference/sessions.ts';
import { measureStatistics, PREVIEW_SAMPLES } from '../../inference/statistics.ts';
import { previewTileSize, smallerTile } from '../../inference/tile-size.ts';
import { planTiles } from '../../inference/tiler.ts';
import type { SessionDevice } from '../../inference/worker-protocol.ts';
import { type DecodedPicture, openDecoded } from '../../media/decode.ts';
import { cutPiece } from '../../media/piece.ts';
import { probe } from '../../media/probe.ts';
import { Spool } from '../../media/spool.ts';
import type { Event, Params, Result } from '../../protocol/methods.ts';
import { type RestoreContext, scaleOf } from './job.ts';
import { type FirstNetwork, runPasses } from './passes.ts';

type PreviewJob = Params<'preview.run'>;

/** While the session runs one block, the next is cut and the last one written. */
const IN_FLIGHT = 2;

interface PreviewContext extends Pick<RestoreContext, 'sessions' | 'checkpoint'> {
  made(block: Event<'preview.run'>): void;
}

/**
 * Restores a part of a picture, block by block from its middle outwards, each as the whole restoration would make it
 * (to 2/255: see block-plan.ts) and told as soon as it is there.
 */
export async function previewRegion(
  job: PreviewJob,
  context: PreviewContext,
): Promise<Result<'preview.run'>> {
  const info = await probe(job.input);
  const picture = await openDecoded(info, job.decoded);
  try {
    const [device] = devicesFor(job.device);
    const first = firstOf(job);
    let tile = first ? tileOf(device!, first.descriptor, job) : PLAIN_TILE;
    for (;;) {
      try {
        return await makeBlocks(job, picture, tile, context);
      } catch (cause) {
        const smaller = smallerTile(tile);
        const isFull = cause instanceof GessoError && cause.code === 'device/out-of-memory';
        if (!isFull || smaller === undefined) throw cause;
        tile = smaller;
      }
    }
  } catch (cause) {
    throw cause instanceof GessoError ? cause : (storageError(cause, job.folder) ?? cause);
  } finally {
    await picture.spool.close();
    await rm(job.work, { recursive: true, force: true });
  }
}

/** Opens the models and runs the first once, so that the first block of a preview need not wait for that. */
export async function warmUp(
  { passes, device }: Params<'preview.warm'>,
  sessions: SessionThread,
): Promise<void> {
  const [best] = devicesFor(device);
  // On a GPU a session is compiled for a shape that only the preview knows.
  if (best !== 'cpu') return;
  for (const { file, descriptor } of passes) {
    const session = await sessions.open({ file, device: best, threads: cpuThreads() });
    const side = roundUp(descriptor.sizeMinimum, descriptor.sizeMultipleOf);
    const data = new Float32Array(3 * side * side);
    await session.infer({ [session.inputs[0]!]: { data, dims: [1, 3, side, side] } });
  }
}

async function makeBlocks(
  job: PreviewJob,
  picture: DecodedPicture,
  tile: number,
  context: PreviewContext,
): Promise<Result<'preview.run'>> {
  const isOnGpu = devicesFor(job.device)[0] !== 'cpu';
  const rules = { ...(firstOf(job)?.descriptor ?? PLAIN), overlap: reachOf(job.steps) };
  const planned = planBlocks(picture.spool, job.region, { ...rules, tile, fixedShape: isOnGpu });
  const measured = (session: Rung['session']) =>
    statisticsOf(job, picture, tile, session, context.checkpoint);
  const blocks = planned.filter(({ key }) => !job.skip.includes(key));
  const told = { device: 'cpu', tile, blocks: blocks.length, session: 0 };
  let next = 0;
  let done = 0;
  const work = async () => {
    for (let block = blocks[next++]; block; block = blocks[next++]) {
      context.checkpoint();
      const { file, place, device, sessionMs } = await makeBlock(
        job,
        picture,
        block,
        tile,
        context,
        measured,
      );
      told.device = device;
      told.session += sessionMs;
      try {
        // A cancelled preview says no more.
        context.checkpoint();
      } catch (cancelled) {
        await rm(file, { force: true });
        throw cancelled;
      }
      context.made({ key: block.key, file, place, fraction: ++done / blocks.length, session: sessionMs });
    }
  };
  // Neither may still be at work when the folder goes.
  const ended = await Promise.allSettled(Array.from({ length: IN_FLIGHT }, work));
  const failed = ended.find((each) => each.status === 'rejected');
  if (failed) throw failed.reason;
  return told;
}

function tileOf(device: SessionDevice, descriptor: ModelDescriptor, { tileMemory }: PreviewJob): number {
  const best = firstTile(device, descriptor, 0, tileMemory);
  return device === 'cpu' ? previewTileSize(descriptor, best) : best;
}

/** The network that sees the picture itself; undefined where there is none. */
function firstOf({ steps }: PreviewJob): PreviewJob['steps'][number]['passes'][number] | undefined {
  return steps[0]!.strength > 0 ? steps[0]!.passes[0] : undefined;
}

/**
 * Input pixels around a block that its result depends on. One step's later networks reach no further than its first
 * to within the tolerance (their input is larger); those of later steps see what the first made wrong at the border.
 */
function reachOf(steps: PreviewJob['steps']): number {
  let [reach, scale] = [0, 1];
  for (const step of steps) {
    const [first] = step.strength > 0 ? step.passes : [];
    reach += (first?.descriptor.overlap ?? PLAIN.overlap) / scale;
    scale *= step.scale;
  }
  return Math.ceil(reach);
}

/** No network at all: blocks of a plain enlargement. */
const PLAIN_TILE = 256;
const PLAIN = {
  overlap: 8,
  scale: 1,
  sizeMultipleOf: 1,
  sizeMinimum: 1,
  alignment: 1,
  tiling: 'local',
} as const;

/** Statistics of pictures that were looked at last: whoever moves over one asks again and again. */
const known = new Map<string, Promise<Float32Array | undefined>>();
const KNOWN = 8;

/** The first network's statistics of the whole picture; later networks measure theirs on the block. */
async function statisticsOf(
  job: PreviewJob,
  { spool, transfer }: DecodedPicture,
  tile: number,
  session: Rung['session'],
  checkpoint: () => void,
): Promise<Float32Array | undefined> {
  const first = firstOf(job);
  if (!first?.descriptor.statistics) return undefined;
  const { descriptor, file } = first;
  const key = JSON.stringify([spool.path, file, tile]);
  let measuring = known.get(key);
  if (!measuring) {
    const plan = planTiles(spool, descriptor, tile, devicesFor(job.device)[0] !== 'cpu');
    measuring = measureStatistics({
      source: spool,
      transfer,
      descriptor,
      session,
      plan,
      checkpoint,
      samples: PREVIEW_SAMPLES,
    });
    known.set(key, measuring);
    // A cancelled or a failed one is no answer for the next preview.
    measuring.catch(() => known.delete(key));
    for (const oldest of known.keys()) if (known.size > KNOWN) known.delete(oldest);
  }
  return measuring;
}

async function makeBlock(
  job: PreviewJob,
  picture: DecodedPicture,
  block: Block,
  tile: number,
  context: PreviewContext,
  statistics: FirstNetwork['statistics'],
) {
  const work = path.join(job.work, block.key);
  await mkdir(work, { recursive: true });
  const spool = await crop(picture.spool, block.crop, path.join(work, 'in.v'));
  try {
    const scale = scaleOf(job.steps);
    const size = scaled(block.crop, scale);
    const made = await runPasses(
      { ...job, work, tile },
      { ...picture, spool },
      size,
      { ...context, progress: () => {}, tileChosen: () => {} },
      { plan: block.plan, statistics },
    );
    await made.spool.finish(picture.icc ? { 'icc-profile-data': picture.icc } : {});
    await made.spool.close();
    const whole = scaled({ ...picture.spool, x: 0, y: 0 }, scale);
    const place = edged(scaled(block, scale), whole);
    const from = scaled(block.crop, scale);
    const file = path.join(job.folder, `${randomUUID()}.png`);
    const inside = { ...place, x: place.x - from.x, y: place.y - from.y };
    await cutPiece(made.spool.path, inside, file, job.display);
    return { file, place, device: made.device, sessionMs: made.sessionMs };
  } finally {
    await spool.close();
    await rm(work, { recursive: true, force: true });
  }
}

function scaled({ x, y, width, height }: Rect, scale: number): Rect {
  const [left, top] = [Math.round(x * scale), Math.round(y * scale)];
  return {
    x: left,
    y: top,
    width: Math.round((x + width) * scale) - left,
    height: Math.round((y + height) * scale) - top,
  };
}

/** With what it shows beyond its own edge: the network has made it anyway. */
function edged({ x, y, width, height }: Rect, whole: Rect): Rect {
  const across = withEdge(x, width, whole.width);
  const down = withEdge(y, height, whole.height);
  return { x: across.start, y: down.start, width: across.length, height: down.length };
}

/** A rectangle of a spool as a spool of its own. */
async function crop(source: Spool, { x, y, width, height }: Rect, target: string): Promise<Spool> {
  const { channels, depth } = source;
  const spool = await Spool.create(target, { width, height, channels, depth });
  const { bytes } = source.samples(height);
  await source.readRows(y, height, bytes);
  const left = x * (source.rowBytes / source.width);
  for (let row = 0; row < height; row++) {
    const start = row * source.rowBytes + left;
    await spool.appendRow(bytes.subarray(start, start + spool.rowBytes));
  }
  await spool.finish();
  return spool;
}
