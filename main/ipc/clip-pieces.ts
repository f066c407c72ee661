import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { freshFolder } from './fresh-folder.ts';

/** One call's pictures, in a folder of its own. */
export interface Sheet {
  readonly folder: string;
  /** The address of a file in it. */
  urlOf(file: string): string;
  /** Given up for newer ones: what lies in it is about to go. */
  readonly isForgotten: boolean;
}

interface OpenSheet {
  readonly folder: string;
  readonly ids: string[];
  isForgotten: boolean;
}

/** How many calls' pictures are kept, by what they are for: the page holds what it has read. */
const KEPT = {
  ...{ strip: Number.POSITIVE_INFINITY, thumbs: 6, frames: 24, preview: 3, between: 4, latest: 2 },
  ...{ styles: 8, copies: 6, painted: 3, sketches: 4, patterns: 6, latents: 24, corners: 200, drawn: 12 },
  ...{ trainings: 12, learnt: 300, used: 24, views: 4 },
};

/** Pictures of clips on their way to the page, as files of the cache under opaque ids. */
export class ClipPieces {
  /** The real folder. */
  readonly folder: string;
  readonly #files = new Map<string, string>();
  readonly #sheets = new Map<keyof typeof KEPT, OpenSheet[]>();

  constructor(folder: string) {
    this.folder = freshFolder(folder);
  }

  open(kind: keyof typeof KEPT): Sheet {
    const folder = path.join(this.folder, randomUUID());
    mkdirSync(folder, { mode: 0o700 });
    const sheet: OpenSheet = { folder, ids: [], isForgotten: false };
    const sheets = [...(this.#sheets.get(kind) ?? []), sheet];
    while (sheets.length > KEPT[kind]) this.#forget(sheets.shift()!);
    this.#sheets.set(kind, sheets);
    return {
      folder,
      get isForgotten() {
        return sheet.isForgotten;
      },
      urlOf: (file) => {
        const id = randomUUID();
        // A call that others have long come after may still tell of its pictures.
        if (!sheet.isForgotten) {
          sheet.ids.push(id);
          this.#files.set(id, file);
        }
        return `gesso://picture/piece/${id}`;
      },
    };
  }

  fileOf(id: string): string | undefined {
    return this.#files.get(id);
  }

  #forget(sheet: OpenSheet): void {
    const { folder, ids } = sheet;
    sheet.isForgotten = true;
    for (const id of ids) this.#files.delete(id);
    // What is being written there now goes at the next start.
    rm(folder, { recursive: true, force: true, maxRetries: 5 }).catch(() => {});
  }
}
