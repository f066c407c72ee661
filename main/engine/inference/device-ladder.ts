import type { ModelDescriptor } from '../../../contract/descriptor.ts';
import { GessoError } from '../../../contract/errors.ts';
import type { RunOptions } from '../../../contract/recipe.ts';
import { cpuThreads, devicesFor } from './devices.ts';
import type { ModelSession, OpenOptions, SessionThread } from './sessions.ts';
import { cpuTileSize, gpuTileSize, smallerTile, type TileMemory } from './tile-size.ts';
import { planTiles, type TilePlan } from './tiler.ts';
import type { SessionDevice } from './worker-protocol.ts';

export interface Rung {
  /** The session for the next tile: another one when the number of cores to use has changed. */
  session(): Promise<ModelSession>;
  plan: TilePlan;
}

export interface LadderOptions extends RunOptions {
  sessions: SessionThread;
  model: { file: string; descriptor: ModelDescriptor };
  picture: { width: number; height: number };
  tileMemory: TileMemory;
  /** Tiles of this size begin now. */
  tileChosen(tile: number): void;
  /** How a session is opened; left out: of the model's file. */
  open?(options: Omit<OpenOptions, 'file'>): Promise<ModelSession>;
  /** The tile that `auto` begins with; left out: the best for networks that see what is near. */
  firstTile?: number | undefined;
  /** A plan that is made already; left out: the whole picture in tiles. */
  plan?: TilePlan | undefined;
}

export interface Climbed<T> {
  value: T;
  device: SessionDevice;
  tile: number;
  /** The smallest tile that ran out of memory on that device on the way. */
  failedTile: number | undefined;
}

/**
 * Does `work` on the first device that takes the model, going to smaller tiles while memory runs out. Only here are
 * smaller tiles chosen.
 * @throws GessoError device/unavailable, device/out-of-memory, or whatever `work` throws
 */
export async function onFirstDevice<T>(
  options: LadderOptions,
  work: (rung: Rung) => Promise<T>,
): Promise<Climbed<T>> {
  const devices = devicesFor(options.device);
  let last: unknown;
  for (const device of devices) {
    try {
      return await onDevice(device, options, work);
    } catch (cause) {
      const code = cause instanceof GessoError ? cause.code : undefined;
      if (code !== 'device/unavailable' && code !== 'device/out-of-memory') throw cause;
      last = cause;
    }
  }
  throw last;
}

async function onDevice<T>(
  device: SessionDevice,
  options: LadderOptions,
  work: (rung: Rung) => Promise<T>,
): Promise<Climbed<T>> {
  const { model, picture, sessions } = options;
  let tile = options.tile === 'auto' ? autoTile(device, options) : options.tile;
  let failedTile: number | undefined;
  for (;;) {
    options.tileChosen(tile);
    const isGpu = device !== 'cpu';
    const plan = options.plan ?? planTiles(picture, model.descriptor, tile, isGpu);
    const fixed = isGpu ? { width: plan.columns.shape, height: plan.rows.shape } : undefined;
    let open: { session: ModelSession; threads: number } | undefined;
    const session = async () => {
      const threads = isGpu ? 1 : cpuThreads();
      if (open?.threads === threads) return open.session;
      // One at a time: two arenas of a large model may be more than there is.
      if (open) await sessions.forget(open.session);
      open = undefined;
      const how = { device, threads, ...(fixed && { fixed }) };
      const opened = await (options.open?.(how) ?? sessions.open({ file: model.file, ...how }));
      open = { session: opened, threads };
      return opened;
    };
    try {
      await session();
      return { value: await work({ session, plan }), device, tile, failedTile };
    } catch (cause) {
      const full = outOfMemory(cause);
      if (!full) throw cause;
      if (open) await sessions.forget(open.session);
      const smaller = options.tile === 'auto' ? smallerTile(tile) : undefined;
      if (smaller === undefined) throw full;
      failedTile = tile;
      tile = smaller;
    }
  }
}

/** The error to report where memory ran out, in ONNX Runtime or in V8; undefined for anything else. */
function outOfMemory(cause: unknown): GessoError | undefined {
  if (cause instanceof GessoError) return cause.code === 'device/out-of-memory' ? cause : undefined;
  if (!(cause instanceof RangeError) || !/allocation failed/i.test(cause.message)) return undefined;
  return new GessoError(
    'device/out-of-memory',
    'There is not enough memory for this picture.',
    'Close other programs, or choose a smaller --tile.',
    cause,
  );
}

function autoTile(device: SessionDevice, { model, picture, tileMemory, ...options }: LadderOptions): number {
  if (device === 'cpu' && options.firstTile !== undefined) return options.firstTile;
  return firstTile(device, model.descriptor, picture.width, tileMemory);
}

/** The tile that `auto` begins with. @param width input pixels of the picture */
export function firstTile(
  device: SessionDevice,
  descriptor: ModelDescriptor,
  width: number,
  tileMemory: TileMemory,
): number {
  const rowBytes = width * descriptor.scale * 3 * 4;
  return device === 'cpu' ? cpuTileSize(descriptor, rowBytes) : gpuTileSize(tileMemory);
}
