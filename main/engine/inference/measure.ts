import { GessoError } from '../../../contract/errors.ts';
import type { Params, Result } from '../protocol/methods.ts';
import { cpuThreads, devicesFor } from './devices.ts';
import type { ModelSession, SessionThread } from './sessions.ts';
import { legalTile } from './tile-plan.ts';
import { cpuTileSize, gpuTileSize, smallerTile } from './tile-size.ts';

/** A photograph this wide stands for all where the tile depends on the width, pixels. */
const TYPICAL_WIDTH = 4000;
const SMALLEST_TILE = 128;
/** Runs after the first, which also prepares: enough for a median, ended early on a slow device. */
const MOST_RUNS = 5;
const LONG_ENOUGH_MS = 1500;
/** A small tile that takes this long says enough by itself; milliseconds. */
const SLOW_MS = 4000;

interface MeasureContext {
  sessions: SessionThread;
  /** Throws when the call was cancelled. */
  checkpoint(): void;
  progress(fraction: number): void;
}

/**
 * Runs real tiles of a model on one device and says how fast that was, counted in pixels of the source: what a tile
 * shares with its neighbours is work, but no progress. A first small tile keeps a very slow device (an emulated GPU)
 * from taking minutes.
 * @throws GessoError device/unavailable, device/out-of-memory, model/broken
 */
export async function measure(
  { file, descriptor, device: choice }: Params<'device.measure'>,
  { sessions, checkpoint, progress }: MeasureContext,
): Promise<Result<'device.measure'>> {
  const device = devicesFor(choice)[0]!;
  const isGpu = device !== 'cpu';
  const { overlap, scale } = descriptor;
  const sideOf = (tile: number) => legalTile(tile, descriptor);
  const begun = performance.now();
  let loadMilliseconds = 0;
  const timeTile = async (side: number, mostRuns: number) => {
    const session = await sessions.open({
      file,
      device,
      threads: cpuThreads(),
      ...(isGpu && { fixed: { width: side, height: side } }),
    });
    loadMilliseconds ||= performance.now() - begun;
    checkpoint();
    try {
      return await timeRuns(session, side, scale, mostRuns, checkpoint);
    } finally {
      await sessions.forget(session);
    }
  };
  const figures = (tile: number, millisecondsPerTile: number) => ({
    tile,
    megapixelsPerSecond: (tile - 2 * overlap) ** 2 / millisecondsPerTile / 1000,
    millisecondsPerTile,
    loadMilliseconds,
  });

  const small = sideOf(SMALLEST_TILE);
  const first = figures(small, await timeTile(small, 0));
  progress(0.3);
  if (first.millisecondsPerTile > SLOW_MS) return first;
  let tile = isGpu ? gpuTileSize({}) : cpuTileSize(descriptor, TYPICAL_WIDTH * scale * 3 * 4);
  for (;;) {
    try {
      return figures(sideOf(tile), await timeTile(sideOf(tile), MOST_RUNS));
    } catch (cause) {
      const isFull = cause instanceof GessoError && cause.code === 'device/out-of-memory';
      const smaller: number | undefined = isFull ? smallerTile(tile) : undefined;
      if (smaller === undefined) throw cause;
      tile = smaller;
    }
  }
}

/** The median of a few runs after a first that also prepares, milliseconds; that first one where there are no others. */
async function timeRuns(
  session: ModelSession,
  side: number,
  scale: number,
  mostRuns: number,
  checkpoint: () => void,
): Promise<number> {
  const [slot] = session.takeSlots(3 * side * side, 3 * side * side * scale * scale);
  // Neither flat nor zero: some kernels are quicker on nothing.
  for (let i = 0; i < slot.input.length; i++) slot.input[i] = ((i * 7919) % 251) / 251;
  const run = async () => {
    const milliseconds = await session.run(slot, [1, 3, side, side]);
    checkpoint();
    return milliseconds;
  };
  const first = await run();
  const times: number[] = [];
  const begun = performance.now();
  while (times.length < mostRuns && performance.now() - begun < LONG_ENOUGH_MS) times.push(await run());
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? first;
}
