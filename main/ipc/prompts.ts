import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { type PromptPair, type PromptShelf, promptShelf } from '../../contract/made.ts';
import { writeWhole } from '../jobs/write-whole.ts';

/** Prompts that are remembered by themselves. */
const MOST_HISTORY = 100;
const MOST_FAVOURITES = 1000;

const stored = promptShelf.extend({ gesso: z.literal(1) });

export interface PromptsOptions {
  file: string;
  changed(shelf: PromptShelf): void;
  onProblem(problem: unknown): void;
}

/** Prompts that pictures were asked for with, and those that are liked, in a file of their own. */
export class Prompts {
  #shelf: PromptShelf;

  constructor(private readonly options: PromptsOptions) {
    this.#shelf = read(options.file);
  }

  get shelf(): PromptShelf {
    return this.#shelf;
  }

  /** The newest stands first, and once. */
  used(pair: PromptPair): void {
    if (pair.prompt.trim() === '') return;
    const history = [pair, ...without(this.#shelf.history, pair)].slice(0, MOST_HISTORY);
    this.#keep({ ...this.#shelf, history });
  }

  favour(pair: PromptPair, isFavourite: boolean): void {
    const others = without(this.#shelf.favourites, pair);
    this.#keep({
      ...this.#shelf,
      favourites: isFavourite ? [pair, ...others].slice(0, MOST_FAVOURITES) : others,
    });
  }

  /** Forgets what was asked for; favourites stay. */
  clear(): void {
    this.#keep({ ...this.#shelf, history: [] });
  }

  #keep(shelf: PromptShelf): void {
    this.#shelf = shelf;
    this.options.changed(shelf);
    try {
      writeWhole(this.options.file, `${JSON.stringify({ gesso: 1, ...shelf }, null, 1)}\n`);
    } catch (problem) {
      // Not worth failing what was asked for.
      this.options.onProblem(problem);
    }
  }
}

function without(pairs: readonly PromptPair[], { prompt, negative }: PromptPair): PromptPair[] {
  return pairs.filter((each) => each.prompt !== prompt || each.negative !== negative);
}

function read(file: string): PromptShelf {
  try {
    const { history, favourites } = stored.parse(JSON.parse(readFileSync(file, 'utf8')));
    return { history, favourites };
  } catch {
    return { history: [], favourites: [] };
  }
}
