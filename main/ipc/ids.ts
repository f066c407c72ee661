import { randomUUID } from 'node:crypto';
import { GessoError } from '../../contract/errors.ts';

/** Opaque ids for what the page may name but not see: unguessable, and worth nothing after this run of the program. */
export class Ids<K extends string | number> {
  readonly #ids = new Map<K, string>();
  readonly #keys = new Map<string, K>();

  constructor(private readonly what: string) {}

  /** The id of `key`, always the same one. */
  of(key: K): string {
    let id = this.#ids.get(key);
    if (id === undefined) {
      id = randomUUID();
      this.#ids.set(key, id);
      this.#keys.set(id, key);
    }
    return id;
  }

  /** Everything that has an id. */
  keys(): K[] {
    return [...this.#ids.keys()];
  }

  /** @throws GessoError usage/invalid for an id that was never given out. */
  key(id: string): K {
    const key = this.#keys.get(id);
    if (key === undefined)
      throw new GessoError(
        'usage/invalid',
        `There is no such ${this.what} any more.`,
        'Open the file again.',
      );
    return key;
  }
}
