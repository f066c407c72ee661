import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { GessoError } from '../../contract/errors.ts';
import type { ChosenFile } from '../../contract/generate-settings.ts';
import { writeWhole } from '../jobs/write-whole.ts';

/** Nobody has so many LoRAs in use; what was chosen longest ago is forgotten first. */
const MOST = 1000;

/** Ids are kept with the paths: what a session or a preset names is still known after a restart. */
const stored = z.object({
  gesso: z.literal(1),
  files: z.array(z.object({ id: z.uuid(), path: z.string() })),
});

export interface ChosenFilesOptions {
  file: string;
  onProblem(problem: unknown): void;
}

/** Files that pictures are made with (LoRAs, autoencoders, embeddings, pictures), by the ids that the page knows. */
export class ChosenFiles {
  readonly #paths = new Map<string, string>();
  readonly #ids = new Map<string, string>();

  constructor(private readonly options: ChosenFilesOptions) {
    for (const { id, path: file } of read(options.file)) this.#keep(id, file);
  }

  /** A file as the page may know it. */
  of(file: string): ChosenFile {
    let id = this.#ids.get(file);
    if (id === undefined) {
      id = randomUUID();
      this.#keep(id, file);
      this.#save();
    }
    return { id, name: path.basename(file) };
  }

  /** @throws GessoError usage/invalid for an id that was never given out, or long ago */
  path({ id, name }: ChosenFile): string {
    const file = this.#paths.get(id);
    if (file !== undefined) return file;
    throw new GessoError('usage/invalid', `${name} is not known any more.`, 'Choose the file again.');
  }

  /** Where the file of that name lies, as far as one was ever chosen; the newest. */
  find(name: string): string | undefined {
    return [...this.#ids.keys()].findLast((file) => path.basename(file) === path.basename(name));
  }

  #keep(id: string, file: string): void {
    this.#paths.set(id, file);
    this.#ids.set(file, id);
    while (this.#paths.size > MOST) {
      const [oldest] = this.#paths;
      if (!oldest) return;
      this.#paths.delete(oldest[0]);
      this.#ids.delete(oldest[1]);
    }
  }

  #save(): void {
    const files = [...this.#paths].map(([id, file]) => ({ id, path: file }));
    try {
      writeWhole(this.options.file, `${JSON.stringify({ gesso: 1, files }, null, 1)}\n`);
    } catch (problem) {
      // They are known until the window closes.
      this.options.onProblem(problem);
    }
  }
}

function read(file: string): z.infer<typeof stored>['files'] {
  try {
    return stored.parse(JSON.parse(readFileSync(file, 'utf8'))).files;
  } catch {
    return [];
  }
}
