import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { TILE_SIDE, withEdge } from '../../../contract/pyramid.ts';
import { storageError } from '../../../models/library/storage.ts';
import type { Params } from '../protocol/methods.ts';
import { decode } from './decode.ts';
import { asPicture } from './merged.ts';
import { cutPiece } from './piece.ts';
import { damaged, probe } from './probe.ts';

/** A folder with a picture's levels: `0.v` has its own pixels and numbers, each further one half as many a side. */
function levelFile(folder: string, level: number): string {
  return path.join(folder, `${level}.v`);
}

const whole = { limitInputPixels: false } as const;

/**
 * Decodes a picture into level 0 of a pyramid, once: upright, with its own numbers and profile. Both the canvas and a
 * preview of the network read from it. The other levels are made when somebody looks.
 * @throws GessoError input/unreadable and others, naming the file
 */
export async function decodeLevel(file: string, folder: string): Promise<void> {
  const temp = path.join(folder, `decoding-${process.pid}.v`);
  await mkdir(folder, { recursive: true });
  try {
    const { spool } = await asPicture(file, temp, async (picture) => decode(await probe(picture), temp));
    await spool.close();
    await rename(temp, levelFile(folder, 0));
  } catch (cause) {
    await rm(temp, { force: true });
    throw cause;
  }
}

/** Levels that are being made, so that twenty tiles of one do not make it twenty times. */
const making = new Map<string, Promise<void>>();

function ensureLevel(folder: string, level: number): Promise<void> {
  const target = levelFile(folder, level);
  if (existsSync(target)) return Promise.resolve();
  let made = making.get(target);
  if (!made) {
    made = halve(folder, level).finally(() => making.delete(target));
    making.set(target, made);
  }
  return made;
}

async function halve(folder: string, level: number): Promise<void> {
  await ensureLevel(folder, level - 1);
  const source = levelFile(folder, level - 1);
  const target = levelFile(folder, level);
  const temp = `${target}.${process.pid}.part.v`;
  const { width, height } = await sharp(source, whole).metadata();
  // The numbers stay the picture's own: the profile is put to them when a tile is cut.
  await sharp(source, { ...whole, ignoreIcc: true })
    .resize({ width: Math.ceil(width / 2), height: Math.ceil(height / 2), fit: 'fill' })
    .keepIccProfile()
    .toFile(temp);
  await rename(temp, target);
}

/** Cuts one tile into `target`, a PNG in the display's colours; at the right and bottom edge it is what is left. */
export async function cutTile({
  folder,
  level,
  column,
  row,
  target,
  display,
}: Params<'picture.tile'>): Promise<void> {
  await ensureLevel(folder, level);
  const source = levelFile(folder, level);
  try {
    const { width, height } = await sharp(source, whole).metadata();
    const across = withEdge(column * TILE_SIDE, TILE_SIDE, width);
    const down = withEdge(row * TILE_SIDE, TILE_SIDE, height);
    const place = { x: across.start, y: down.start, width: across.length, height: down.length };
    await cutPiece(source, place, target, display);
  } catch (cause) {
    throw storageError(cause, target) ?? damaged(path.basename(source), cause);
  }
}
