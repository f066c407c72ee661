import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { levelLength, levelsOf, TILE_SIDE } from '../../contract/pyramid.ts';
import type { Display } from '../../contract/views.ts';
import type { Params } from '../engine/protocol/methods.ts';
import { freshFolder } from './fresh-folder.ts';

/** What the `pictures` engine does for a pyramid. */
export interface PyramidMaker {
  /** Level 0 into `folder`. */
  decode(file: string, folder: string): Promise<void>;
  cut(tile: Params<'picture.tile'>): Promise<void>;
}

export interface PyramidShape {
  width: number;
  height: number;
  display: Display;
}

/** Before and after of what is looked at, and of what was looked at before: each may be hundreds of megabytes. */
const KEPT = 4;

interface Pyramid extends PyramidShape {
  readonly id: string;
  readonly folder: string;
  readonly decoded: Promise<void>;
  readonly tiles: Map<string, Promise<string>>;
}

/**
 * Large pictures as pyramids of tiles in the cache, made when somebody looks: decoded once, a level when a tile of it
 * is asked for, a tile when it comes into sight. Only the last few are kept.
 */
export class Pyramids {
  readonly folder: string;
  /** By key, the one used last at the end. */
  readonly #kept = new Map<string, Pyramid>();

  constructor(
    folder: string,
    private readonly maker: PyramidMaker,
  ) {
    this.folder = freshFolder(folder);
  }

  /** The id under which tiles of `file` are asked for; `version` tells apart what was overwritten meanwhile. */
  open(file: string, version: string, shape: PyramidShape): string {
    return this.#use(file, version, shape).id;
  }

  /** The file of a picture's own pixels. */
  async decoded(file: string, version: string, shape: PyramidShape): Promise<string> {
    const pyramid = this.#use(file, version, shape);
    await pyramid.decoded;
    return path.join(pyramid.folder, '0.v');
  }

  /** The file of a tile; undefined for one that does not exist. */
  async tile(id: string, level: number, column: number, row: number): Promise<string | undefined> {
    const pyramid = [...this.#kept.values()].find((each) => each.id === id);
    if (!pyramid || level >= levelsOf(pyramid.width, pyramid.height)) return undefined;
    const isInside = (at: number, length: number) => at * TILE_SIDE < levelLength(length, level);
    if (!isInside(column, pyramid.width) || !isInside(row, pyramid.height)) return undefined;
    const key = `${level}-${column}-${row}`;
    let made = pyramid.tiles.get(key);
    if (!made) {
      made = this.#cut(pyramid, key, { level, column, row });
      pyramid.tiles.set(key, made);
      made.catch(() => pyramid.tiles.delete(key));
    }
    return made;
  }

  async #cut(
    { folder, display, decoded }: Pyramid,
    key: string,
    place: { level: number; column: number; row: number },
  ): Promise<string> {
    await decoded;
    const target = path.join(folder, `tile-${key}.png`);
    await this.maker.cut({ folder, ...place, target, display });
    return target;
  }

  #use(file: string, version: string, shape: PyramidShape): Pyramid {
    const key = `${shape.display} ${version} ${file}`;
    const known = this.#kept.get(key);
    this.#kept.delete(key);
    const pyramid = known ?? this.#begin(file, shape, key);
    this.#kept.set(key, pyramid);
    for (const [oldest, { folder, decoded }] of this.#kept) {
      if (this.#kept.size <= KEPT) break;
      this.#kept.delete(oldest);
      // What is being written there now would come back after it.
      void decoded
        .catch(() => {})
        .then(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))
        // What a tile still writes there goes at the next start.
        .catch(() => {});
    }
    return pyramid;
  }

  #begin(file: string, shape: PyramidShape, key: string): Pyramid {
    const id = randomUUID();
    const folder = path.join(this.folder, id);
    const decoded = this.maker.decode(file, folder);
    // A file that could not be read may be readable later.
    decoded.catch(() => this.#kept.delete(key));
    const { width, height, display } = shape;
    return { width, height, display, id, folder, decoded, tiles: new Map() };
  }
}
