import type { PictureView, PixelRect } from '../../contract/views.ts';
import type { Draft } from './draft.ts';
import { type Drawable, type Part, WHOLE } from './parts.ts';
import { Tiles } from './tiles.ts';
import type { Point, Size } from './view.ts';

export interface ShownPicture {
  image: Drawable;
  view: PictureView;
  /** What it is called; left out: by its place. */
  word?: string;
}

/** What is on the canvas; `key` names the source, so that a result joining it leaves the view alone. */
export interface ShownPictures {
  key: string;
  before: ShownPicture;
  after: ShownPicture | undefined;
}

/** Before and after in parts: the pictures, their tiles, and what is there of a result that is being made. */
export class Shown {
  readonly #beforeTiles: Tiles;
  readonly #afterTiles: Tiles | undefined;
  #draft: Draft | undefined;

  constructor(
    readonly pictures: ShownPictures,
    /** More can be drawn than before. */
    private readonly changed: () => void,
  ) {
    this.#beforeTiles = new Tiles(pictures.before.view, changed);
    this.#afterTiles = pictures.after && new Tiles(pictures.after.view, changed);
  }

  get draft(): Draft | undefined {
    return this.#draft;
  }

  /** A result that is being made takes the place of the one that is there. */
  setDraft(draft: Draft | undefined): void {
    this.#draft = draft;
  }

  addPiece(key: string, image: Drawable, place: PixelRect, opacity?: number): void {
    this.#draft?.add(key, image, place, opacity);
    this.changed();
  }

  /** There is something to compare with. */
  get hasAfter(): boolean {
    return this.#draft !== undefined || this.pictures.after !== undefined;
  }

  /** The canvas counts in pixels of the result, or of the source while there is none. */
  get content(): Size {
    const { before, after } = this.pictures;
    return this.#draft?.size ?? (after ?? before).view;
  }

  /**
   * @param seen the part in sight, shares 0..1
   * @param zoom screen pixels for each pixel of the content
   * @param mask where a draft is seen; undefined: everywhere
   */
  parts(seen: Point & Size, zoom: number, mask?: HTMLCanvasElement): { before: Part[]; after: Part[] } {
    const { before, after } = this.pictures;
    const of = (picture: ShownPicture, tiles: Tiles) => [
      { ...WHOLE, image: picture.image },
      ...tiles.see(seen, (zoom * this.content.width) / picture.view.width),
    ];
    const beforeParts = of(before, this.#beforeTiles);
    // Where the draft has nothing yet, the source shows through.
    if (this.#draft) {
      const made = this.#draft.parts().map((part) => (mask ? { ...part, mask } : part));
      return { before: beforeParts, after: [...beforeParts, ...made] };
    }
    return { before: beforeParts, after: after && this.#afterTiles ? of(after, this.#afterTiles) : [] };
  }

  dispose(): void {
    this.#beforeTiles.dispose();
    this.#afterTiles?.dispose();
  }
}
