import { readFileSync } from 'node:fs';
import { freemem } from 'node:os';
import type { ModelDescriptor } from '../../../contract/descriptor.ts';

/** The sizes that `auto` chooses from, input pixels a side. */
export const TILE_SIZES = [128, 192, 256, 384, 512] as const;

/** What a GPU did before with this model; kept by main and handed to the engine. */
export interface TileMemory {
  largestRan?: number | undefined;
  smallestFailed?: number | undefined;
}

/**
 * Floats of activations that one picture may hold on the processor. More buys little: from 256 pixels on, the share
 * of a tile that overlaps its neighbours hardly shrinks.
 */
const CPU_BUDGET_BYTES = 640e6;

/**
 * The largest tile whose activations, plus the band of finished rows it makes, fit in a quarter of the free memory
 * (the machine's and the cgroup's) and in the budget.
 * @param outputRowBytes bytes of one row of the result as floats.
 */
export function cpuTileSize(descriptor: ModelDescriptor, outputRowBytes: number): number {
  const budget = Math.min(CPU_BUDGET_BYTES, availableMemory() / 4);
  const fits = (tile: number) =>
    tile * tile * descriptor.activationBytesPerPixel + tile * descriptor.scale * outputRowBytes <= budget;
  return TILE_SIZES.findLast(fits) ?? TILE_SIZES[0];
}

/** On a GPU: 256 at first, then one step up as long as nothing failed. */
export function gpuTileSize(memory: TileMemory): number {
  const { largestRan, smallestFailed = Number.POSITIVE_INFINITY } = memory;
  const usable = TILE_SIZES.filter((size) => size < smallestFailed);
  if (largestRan === undefined) return usable.findLast((size) => size <= 256) ?? TILE_SIZES[0];
  return usable.find((size) => size > largestRan) ?? largestRan;
}

/** The next smaller size, or undefined below the smallest. */
export function smallerTile(size: number): number | undefined {
  return TILE_SIZES.findLast((candidate) => candidate < size);
}

/** Bytes that this process may still take: the machine's free memory or what the cgroup leaves, if less. */
export function availableMemory(): number {
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
