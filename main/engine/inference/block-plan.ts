import { roundUp } from '../../../contract/numbers.ts';
import type { AxisPlan, TileRules } from './tile-plan.ts';
import { borderOf, legalTile, pitchOf } from './tile-plan.ts';
import type { TilePlan } from './tiler.ts';

/**
 * A part of a picture in blocks that a network can make one by one, in any order: each is the useful middle of one
 * tile, cut off hard inside the overlap, where the network saw as much around it as it needs. Blocks lie on a grid of
 * the whole picture, so that the same block has the same key whatever part is looked at. Pure; input pixels.
 */
export interface Rect {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Block extends Rect {
  /** Its grid and its place in it: another tile size is another grid. */
  key: string;
  /** The pixels that are read: the block with what is around it, as far as the picture goes. */
  crop: Rect;
  /** One tile over the crop. */
  plan: TilePlan;
}

interface Axis {
  /** Useful pixels of a tile. */
  pitch: number;
  /** Pixels of the tile before the useful ones. */
  margin: number;
  shape: number;
}

/** @returns the blocks that touch `region`, those nearest to its middle first. */
export function planBlocks(
  picture: { width: number; height: number },
  region: Rect,
  rules: TileRules,
): Block[] {
  const [across, down] = [axisOf(picture.width, rules), axisOf(picture.height, rules)];
  const blocks: Block[] = [];
  for (const row of indices(region.y, region.height, picture.height, down.pitch))
    for (const column of indices(region.x, region.width, picture.width, across.pitch)) {
      const x = spanOf(column, picture.width, across, rules.scale);
      const y = spanOf(row, picture.height, down, rules.scale);
      blocks.push({
        key: `${across.pitch}x${down.pitch}-${column}-${row}`,
        x: x.from,
        y: y.from,
        width: x.to - x.from,
        height: y.to - y.from,
        crop: { x: x.cropFrom, y: y.cropFrom, width: x.cropTo - x.cropFrom, height: y.cropTo - y.cropFrom },
        plan: { columns: x.plan, rows: y.plan, count: 1 },
      });
    }
  const middle = { x: region.x + region.width / 2, y: region.y + region.height / 2 };
  const distance = (block: Block) =>
    Math.hypot(block.x + block.width / 2 - middle.x, block.y + block.height / 2 - middle.y);
  return blocks.toSorted((a, b) => distance(a) - distance(b));
}

function axisOf(size: number, rules: TileRules): Axis {
  const { overlap, alignment } = rules;
  const border = borderOf(rules);
  // Blocks lie as the whole picture's tiles do, whose first begins before the picture's border.
  const margin = border + roundUp(overlap - border, alignment);
  const shape = legalTile(rules.tile, { ...rules, overlap: margin });
  if (size + 2 * border > shape)
    return { pitch: pitchOf(shape, { overlap: margin, alignment }), margin, shape };
  // All of it is one tile.
  const whole = rules.fixedShape ? shape : legalTile(size + 2 * border, { ...rules, overlap: 0 });
  return { pitch: size, margin: border, shape: whole };
}

function indices(start: number, length: number, size: number, pitch: number): number[] {
  const first = Math.max(0, Math.floor(start / pitch));
  const last = Math.min(Math.ceil(size / pitch), Math.ceil((start + length) / pitch));
  return Array.from({ length: Math.max(0, last - first) }, (_, i) => first + i);
}

function spanOf(index: number, size: number, { pitch, margin, shape }: Axis, scale: number) {
  const from = index * pitch;
  const to = Math.min(size, from + pitch);
  const cropFrom = Math.max(0, from - margin);
  const cropTo = Math.min(size, from - margin + shape);
  const length = (cropTo - cropFrom) * scale;
  const plan: AxisPlan = {
    shape,
    spans: [
      {
        // Before the picture's border it is mirrored.
        start: from - margin - cropFrom,
        from: 0,
        to: length,
        weights: new Float32Array(length).fill(1),
        coreFrom: 0,
        coreTo: length,
      },
    ],
  };
  return { from, to, cropFrom, cropTo, plan };
}
