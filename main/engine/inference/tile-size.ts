import { readFileSync } from 'node:fs';
import { freemem } from 'node:os';
import type { ModelDescriptor } from '../../../contract/descriptor.ts';

/** The sizes that `auto` chooses from, input pixels a side. */
const TILE_SIZES = [128, 192, 256, 384, 512] as const;

/** What a GPU did before with this model; kept by main and handed to the engine. */
export interface TileMemory {
  largestRan?: number | undefined;
  smallestFailed?: number | undefined;
}

/** ONNX Runtime's arena holds about twice the live activations that the graph's liveness counts (measured). */
const ARENA_FACTOR = 2.2;

/**
 * On the processor: the tile with the least work for each useful pixel, among those whose activations, plus the band
 * of finished rows they make, fit in a quarter of the free memory (the machine's and the cgroup's).
 *
 * Small tiles waste work on their overlap; large ones fall out of the processor's caches (SPAN x2 here: 2.1 us a
 * pixel at 128, 2.4 at 256, 3.7 at 512).
 * @param outputRowBytes bytes of one row of the result as floats.
 */
export function cpuTileSize(
  descriptor: ModelDescriptor,
  outputRowBytes: number,
  memory = availableMemory(),
): number {
  const { overlap, scale, activationBytesPerPixel } = descriptor;
  const bytes = (tile: number) =>
    tile * tile * activationBytesPerPixel * ARENA_FACTOR + tile * scale * outputRowBytes;
  const fitting = TILE_SIZES.filter((tile) => bytes(tile) <= memory / 4);
  return fitting.toSorted((a, b) => work(a, overlap) - work(b, overlap))[0] ?? TILE_SIZES[0];
}

/** Work for each useful pixel, without a unit: the overlap that is thrown away, and what falls out of the caches. */
function work(tile: number, overlap: number): number {
  return tile > 2 * overlap ? (tile / (tile - 2 * overlap)) ** 2 * (1 + 0.6 * (tile / 512) ** 2) : Infinity;
}

/** A preview is looked at while it is made: no tile larger than this. */
const LARGEST_PREVIEW_TILE = 256;
/** Work that a preview may waste for a tile that is there sooner. */
const WASTED = 1.15;

/** The tile of a preview on the processor: the smallest that costs little more than the best, at most `largest`. */
export function previewTileSize({ overlap }: Pick<ModelDescriptor, 'overlap'>, largest: number): number {
  const sizes = TILE_SIZES.filter((tile) => tile <= Math.min(largest, LARGEST_PREVIEW_TILE));
  const least = Math.min(...sizes.map((tile) => work(tile, overlap)));
  return sizes.find((tile) => work(tile, overlap) <= WASTED * least) ?? TILE_SIZES[0];
}

/** On a GPU: 256 at first, then one step up as long as nothing failed. */
export function gpuTileSize(memory: TileMemory): number {
  const { largestRan, smallestFailed = Number.POSITIVE_INFINITY } = memory;
  const usable = TILE_SIZES.filter((size) => size < smallestFailed);
  if (largestRan === undefined) return usable.findLast((size) => size <= 256) ?? TILE_SIZES[0];
  return usable.find((size) => size > largestRan) ?? largestRan;
}

/** Networks of few channels that need much around a tile: larger ones waste less of their work. */
const WIDE_TILES = [1024, 768, ...TILE_SIZES.toReversed()];
/** What such a network may take at most for one tile, bytes, however much memory there is. */
const MOST_FOR_A_TILE = 400e6;

/** On the processor: the largest tile that fits, for a network whose channels are few. */
export function wideTileSize(descriptor: ModelDescriptor, memory = availableMemory()): number {
  const most = Math.min(memory / 4, MOST_FOR_A_TILE);
  return WIDE_TILES.find((tile) => runBytes(descriptor, tile * tile) <= most) ?? TILE_SIZES[0];
}

/** Bytes that a run over so many input pixels takes, about. */
export function runBytes(
  { activationBytesPerPixel }: Pick<ModelDescriptor, 'activationBytesPerPixel'>,
  pixels: number,
): number {
  return pixels * activationBytesPerPixel * ARENA_FACTOR;
}

/** The next smaller size, or undefined below the smallest. */
export function smallerTile(size: number): number | undefined {
  return WIDE_TILES.find((candidate) => candidate < size);
}

/**
 * Bytes that this process may still take: the machine's free memory, or what the cgroup or the user's own limit leaves,
 * if less.
 */
export function availableMemory(): number {
  return Math.min(freeMemory(), Number(process.env.GESSO_MEMORY_LIMIT) || Number.POSITIVE_INFINITY);
}

function freeMemory(): number {
  let available = freemem();
  try {
    const info = readFileSync('/proc/meminfo', 'utf8').match(/MemAvailable:\s+(\d+)/)?.[1];
    if (info) available = Number(info) * 1024;
    const limit = Number(readFileSync('/sys/fs/cgroup/memory.max', 'utf8'));
    const used = Number(readFileSync('/sys/fs/cgroup/memory.current', 'utf8'));
    if (Number.isFinite(limit)) available = Math.min(available, limit - used);
  } catch {
    // Not Linux, or no cgroup: the machine's figure stands.
  }
  return available;
}
