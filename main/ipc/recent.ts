import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { RecentView } from '../../contract/views.ts';
import { writeWhole } from '../jobs/write-whole.ts';
import { Ids } from './ids.ts';

const MOST = 12;

const stored = z.object({
  gesso: z.literal(1),
  paths: z.array(z.string()).transform((all) => all.slice(0, MOST)),
});

export interface RecentOptions {
  file: string;
  /** By these paths, or by none where the list was cleared. */
  changed(opened: readonly string[]): void;
  onProblem(problem: unknown): void;
}

/** Files and folders that were opened last, the newest first, in a file of their own. A broken one is as good as none. */
export class Recent {
  readonly #ids = new Ids<string>('recent file');
  #paths: string[];

  constructor(private readonly options: RecentOptions) {
    this.#paths = read(options.file);
  }

  /** Those that are there. */
  list(): RecentView[] {
    return this.#paths.flatMap((file) => {
      const facts = statSync(file, { throwIfNoEntry: false });
      if (!facts) return [];
      const { base, dir } = path.parse(file);
      const kind = facts.isDirectory() ? 'folder' : 'file';
      return [
        { id: this.#ids.of(file), name: base || file, folder: path.basename(dir) || dir, kind } as const,
      ];
    });
  }

  /** @throws GessoError usage/invalid for an id that was never given out */
  path(id: string): string {
    return this.#ids.key(id);
  }

  add(opened: readonly string[]): void {
    if (opened.length === 0) return;
    const paths = [...new Set([...opened.map((file) => path.resolve(file)), ...this.#paths])];
    this.#keep(paths.slice(0, MOST), opened);
  }

  clear(): void {
    this.#keep([], []);
  }

  #keep(paths: string[], opened: readonly string[]): void {
    this.#paths = paths;
    try {
      writeWhole(this.options.file, `${JSON.stringify({ gesso: 1, paths }, null, 1)}\n`);
    } catch (problem) {
      // What was opened is open all the same.
      this.options.onProblem(problem);
    }
    this.options.changed(opened);
  }
}

function read(file: string): string[] {
  try {
    return stored.parse(JSON.parse(readFileSync(file, 'utf8'))).paths;
  } catch {
    return [];
  }
}
