import { leastCommonMultiple, roundUp } from '../../../contract/numbers.ts';

/**
 * Where the tiles of a picture lie and how much each contributes: pure kernels, one axis at a time.
 *
 * Neighbouring tiles share at least 2 x overlap input pixels. Around the middle of what they share, `overlap` pixels
 * wide, one fades into the other; what lies nearer than overlap / 2 to a tile's edge is never used, because there the
 * network saw padding instead of picture. At the picture's border the tile reaches `border` pixels past it, filled by
 * mirroring.
 */
export interface TileSpan {
  /** First input pixel; negative where the tile reaches past the border. */
  start: number;
  /** Output pixels from..to that this tile contributes to. */
  from: number;
  to: number;
  /** Weight of each of those output pixels, 0..1; over all tiles they add up to 1. */
  weights: Float32Array;
  /** Output pixels coreFrom..coreTo have weight 1: copied, not blended. */
  coreFrom: number;
  coreTo: number;
}

export interface AxisPlan {
  /** Input pixels of every tile along this axis. */
  shape: number;
  spans: TileSpan[];
}

export interface TileRules {
  /** Largest tile, input pixels a side. */
  tile: number;
  overlap: number;
  scale: number;
  sizeMultipleOf: number;
  sizeMinimum: number;
  /** What sees the whole picture is shown the picture alone, without a mirrored border that it would measure too. */
  tiling: 'local' | 'global';
  /** Tiles begin so many input pixels apart, or a multiple of it. */
  alignment: number;
  /** True: every picture gets exactly `tile` (a GPU compiles each shape); false: shrunk to an even grid. */
  fixedShape: boolean;
}

/** Mirror-padding at the border: enough to hide the network's own zero padding, little enough to be cheap. */
const BORDER = 16;

/** Mirrored pixels around a picture. */
export function borderOf({ overlap, tiling }: Pick<TileRules, 'overlap' | 'tiling'>): number {
  return tiling === 'global' ? 0 : Math.min(overlap, BORDER);
}

/** @param size input pixels of the picture along this axis, at least 1. */
export function planAxis(size: number, rules: TileRules): AxisPlan {
  const { overlap, scale, alignment } = rules;
  const border = borderOf(rules);
  const padded = size + 2 * border;
  const legal = (pixels: number) => legalSize(pixels, rules);
  const tile = legalTile(rules.tile, rules);
  if (padded <= tile) {
    const shape = rules.fixedShape ? tile : legal(padded);
    return { shape, spans: [span(0 - border, 0, size * scale, 0, 0)] };
  }
  const count = Math.ceil((padded - 2 * overlap) / pitchOf(tile, rules));
  const pitch = roundUp((padded - 2 * overlap) / count, alignment);
  // The last tile ends where the whole picture in one tile would, and so sees the same border.
  const end = legal(padded);
  const even = Math.min(tile, legal(pitch + 2 * overlap));
  const step = leastCommonMultiple(alignment, rules.sizeMultipleOf);
  const shape = rules.fixedShape ? tile : end - Math.floor((end - even) / step) * step;
  const last = roundUp(end - shape, alignment);
  const starts = Array.from({ length: count }, (_, i) => Math.min(i * pitch, last) - border);
  // The fade between tile i and i + 1, in output pixels.
  const fades = starts.slice(1).map((start, i) => {
    const middle = (start + starts[i]! + shape) / 2;
    return {
      from: Math.round((middle - overlap / 2) * scale),
      to: Math.round((middle + overlap / 2) * scale),
    };
  });
  const spans = starts.map((start, i) => {
    const before = fades[i - 1];
    const after = fades[i];
    return span(
      start,
      before?.from ?? 0,
      after?.to ?? size * scale,
      before ? before.to - before.from : 0,
      after ? after.to - after.from : 0,
    );
  });
  return { shape, spans };
}

type SizeRules = Pick<TileRules, 'sizeMultipleOf' | 'sizeMinimum'>;

/** The least size that the network takes and that holds so many pixels. */
function legalSize(pixels: number, { sizeMultipleOf, sizeMinimum }: SizeRules): number {
  return roundUp(Math.max(pixels, sizeMinimum), sizeMultipleOf);
}

/** Nearer than two overlaps apart the fades of a tile's two sides would meet, and three tiles would share pixels. */
export function legalTile(
  pixels: number,
  rules: SizeRules & Pick<TileRules, 'overlap' | 'alignment'>,
): number {
  const { overlap, alignment } = rules;
  const least = roundUp(2 * overlap + 2, alignment) + 2 * overlap;
  return legalSize(Math.max(pixels, least), rules);
}

/** How far apart tiles of a legal size may begin, input pixels. */
export function pitchOf(
  tile: number,
  { overlap, alignment }: Pick<TileRules, 'overlap' | 'alignment'>,
): number {
  return Math.floor((tile - 2 * overlap) / alignment) * alignment;
}

function span(start: number, from: number, to: number, fadeIn: number, fadeOut: number): TileSpan {
  const weights = new Float32Array(to - from).fill(1);
  for (let i = 0; i < fadeIn; i++) weights[i] = (i + 0.5) / fadeIn;
  for (let i = 0; i < fadeOut; i++) weights[to - from - 1 - i] = (i + 0.5) / fadeOut;
  return { start, from, to, weights, coreFrom: from + fadeIn, coreTo: to - fadeOut };
}

/** Index of the picture's pixel that stands at position `at` when the picture is mirrored at its borders. */
export function mirror(at: number, size: number): number {
  if (size === 1) return 0;
  const period = 2 * (size - 1);
  const wrapped = ((at % period) + period) % period;
  return wrapped < size ? wrapped : period - wrapped;
}
