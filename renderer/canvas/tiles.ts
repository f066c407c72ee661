import type { PictureView } from '../../contract/views.ts';
import type { Part } from './parts.ts';
import { decode } from './pictures.ts';
import { type Tile, wantedTiles } from './tile-grid.ts';
import type { Point, Size } from './view.ts';

/** Tiles out of sight that are kept for the way back, about a megabyte each. */
const SPARE = 32;
/** Fetched at a time: the engine cuts a tile in a few milliseconds, and a far one must not wait behind a screenful. */
const AT_ONCE = 6;

/** The tiles of one picture that are in sight, and a few that just were; loads what is missing, the middle first. */
export class Tiles {
  /** By key, the one seen last at the end. */
  readonly #loaded = new Map<string, Part>();
  readonly #loading = new Set<string>();
  readonly #broken = new Set<string>();
  #wanted: Tile[] = [];
  #isDisposed = false;

  constructor(
    private readonly view: PictureView,
    /** More can be drawn than before. */
    private readonly changed: () => void,
  ) {}

  /** The parts to draw over the preview for what is seen (shares 0..1), coarse ones first. */
  see(seen: Point & Size, zoom: number): Part[] {
    const { tiles, width, height, previewWidth } = this.view;
    if (!tiles) return [];
    this.#wanted = wantedTiles({ width, height, previewWidth, levels: tiles.levels }, seen, zoom);
    for (const { key } of this.#wanted) {
      const part = this.#loaded.get(key);
      if (!part) continue;
      this.#loaded.delete(key);
      this.#loaded.set(key, part);
    }
    for (const key of this.#loaded.keys()) {
      if (this.#loaded.size <= this.#wanted.length + SPARE) break;
      this.#loaded.delete(key);
    }
    this.#load();
    const isSeen = (p: Part) =>
      p.x < seen.x + seen.width &&
      p.y < seen.y + seen.height &&
      p.x + p.width > seen.x &&
      p.y + p.height > seen.y;
    // What is there of another level is better than the preview until the right one has come.
    return [...this.#loaded.values()].filter(isSeen).toSorted((a, b) => b.width - a.width);
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#loaded.clear();
  }

  #load(): void {
    for (const tile of this.#wanted) {
      if (this.#loading.size >= AT_ONCE) return;
      const { key } = tile;
      if (this.#loaded.has(key) || this.#loading.has(key) || this.#broken.has(key)) continue;
      this.#loading.add(key);
      void this.#fetch(tile);
    }
  }

  async #fetch({ key, ...place }: Tile): Promise<void> {
    try {
      const image = await decode({ url: `gesso://picture/tile/${this.view.tiles!.id}/${key}` });
      if (!this.#isDisposed) this.#loaded.set(key, { ...place, image });
    } catch {
      // The picture is gone, or its pyramid was given up for newer ones: the preview stays.
      this.#broken.add(key);
    }
    this.#loading.delete(key);
    if (this.#isDisposed) return;
    this.#load();
    this.changed();
  }
}
