import { roundUp } from '../../../contract/numbers.ts';

/** A tile of which only the core counts: cores lie side by side and cover the picture once. */
export interface Core {
  /** First pixel of the tile. */
  readonly start: number;
  /** The core, pixels of the picture. */
  readonly from: number;
  readonly to: number;
}

/**
 * Lays tiles along one axis for measuring.
 * @param size pixels of the picture, filled up to a multiple of `step` as its tiles fill it up
 * @param tile pixels of a tile, a multiple of `step`; more than twice `around`
 * @param around pixels that a core is to have around it, where the picture goes on
 */
export function layCores(
  size: number,
  tile: number,
  around: number,
  step: number,
): { shape: number; cores: Core[] } {
  const end = roundUp(size, step);
  if (tile >= end) return { shape: end, cores: [{ start: 0, from: 0, to: end }] };
  const margin = roundUp(around, step);
  const pitch = Math.max(step, tile - 2 * margin);
  const cores: Core[] = [];
  // The first tile has nothing before it, so its core is larger; so is the last one's.
  for (let from = 0; from < end; ) {
    const start = Math.min(Math.max(0, from - margin), end - tile);
    const isLast = start === end - tile;
    const to = isLast ? end : from === 0 ? pitch + margin : from + pitch;
    cores.push({ start, from, to });
    from = to;
  }
  return { shape: tile, cores };
}
