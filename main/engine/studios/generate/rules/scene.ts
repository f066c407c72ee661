import type { RuleId } from '../../../../../contract/rule-list.ts';
import type { RuleSettings } from '../../../../../contract/rules.ts';
import type { RawPicture } from '../../../media/raw-picture.ts';
import type { Palette } from './palette.ts';

/** What a rule is told. */
export interface RulePlan<R extends RuleId> {
  readonly rule: R;
  readonly settings: RuleSettings<R>;
  /** 0..2^32-1 */
  readonly seed: number;
  /** Of the whole tile, pixels. What a scene looks like hangs on their ratio only. */
  readonly width: number;
  readonly height: number;
  readonly palette: Palette;
  /** Of a rule that starts from one. */
  readonly picture?: RawPicture;
  /** It takes the palette's colours in place of its own. */
  readonly isRecoloured?: boolean;
}
export type AnyRulePlan = { [R in RuleId]: RulePlan<R> }[RuleId];

/** A part of the whole, pixels. */
export interface Part {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Draws parts of a tile of one size; the same pixel is the same bytes whatever part it is drawn in. */
export interface Painter {
  /** @param into gets RGB bytes, interleaved, rows top to bottom: 3 * width * height of the part */
  draw(part: Part, into: Uint8Array): void;
}

/** A finished tile, which can be drawn at any size of the plan's ratio. */
export interface Scene {
  painter(width: number, height: number): Painter;
  /** The same as shapes, for a drawing of that size; undefined where it is made of pixels. */
  vector?(width: number, height: number): Iterable<string>;
}

/** How far a growing rule has come, and what it would be if it ended now. */
export interface Growth {
  /** 0..1, never falls */
  readonly fraction: number;
  scene(): Scene;
}

/** How many times longer the longer side is. What grows gets coarser where a tile is very long, and does not take for ever. */
export function ratioOf({ width, height }: { width: number; height: number }): number {
  return Math.max(width, height) / Math.min(width, height);
}

/** Cells along both sides for `count` along the shorter one: as square as a whole number of them can be. */
export function cellsAlong(
  count: number,
  { width, height }: { width: number; height: number },
): [across: number, down: number] {
  const shorter = Math.min(width, height);
  return [
    Math.max(1, Math.round((count * width) / shorter)),
    Math.max(1, Math.round((count * height) / shorter)),
  ];
}

/** The same, both even: for what repeats only after two. */
export function evenCellsAlong(count: number, size: { width: number; height: number }): [number, number] {
  const [across, down] = cellsAlong(count / 2, size);
  return [2 * across, 2 * down];
}
