import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { runOptions } from '../../contract/recipe.ts';
import { comparison, memoryLimit } from '../../contract/settings.ts';
import { type ShortcutChanges, shortcutChanges } from '../../contract/shortcuts.ts';
import { storageError } from '../../models/library/storage.ts';
import { writeWhole } from './write-whole.ts';

const folder = z.string().min(1).optional().catch(undefined);

/** On disk folders are paths. A broken field is as good as none. */
const stored = z.object({
  gesso: z.literal(1).catch(1),
  device: runOptions.shape.device.catch('auto'),
  memoryLimit: memoryLimit.catch('auto'),
  results: folder,
  openFrom: folder,
  /** Where pictures were opened last. */
  openedLast: folder,
  shortcuts: z.record(z.string(), z.unknown()).catch({}).transform(knownShortcuts),
  comparison: comparison.optional().catch(undefined),
});
export type StoredSettings = z.output<typeof stored>;

/** One line that means nothing takes no other along: another version may have other actions. */
function knownShortcuts(written: Record<string, unknown>): ShortcutChanges {
  const known = Object.entries(written).flatMap(([id, keys]) => {
    const one = shortcutChanges.safeParse({ [id]: keys });
    return one.success ? [one.data] : [];
  });
  return Object.assign({}, ...known);
}

/**
 * What the user has settled, in a file that the window and the command line share. A file that is missing or broken is
 * as good as an empty one.
 */
export class Settings {
  #values: StoredSettings;
  readonly #listeners = new Set<(now: StoredSettings, before: StoredSettings) => void>();

  constructor(private readonly file: string) {
    this.#values = this.#read();
  }

  get values(): Readonly<StoredSettings> {
    return this.#values;
  }

  /**
   * Changes some and writes all, whole. What another instance wrote meanwhile is kept.
   * @throws GessoError output/no-space, output/denied; then nothing is changed
   */
  change(patch: Partial<Omit<StoredSettings, 'gesso'>>): void {
    const before = this.#values;
    const now = { ...this.#read(), ...patch };
    try {
      writeWhole(this.file, `${JSON.stringify(now, null, 2)}\n`);
    } catch (cause) {
      throw storageError(cause, this.file) ?? cause;
    }
    this.#values = now;
    for (const listener of this.#listeners) listener(now, before);
  }

  onChange(listener: (now: StoredSettings, before: StoredSettings) => void): void {
    this.#listeners.add(listener);
  }

  #read(): StoredSettings {
    let raw: unknown = {};
    try {
      raw = JSON.parse(readFileSync(this.file, 'utf8'));
    } catch {
      // The first run, or a broken file.
    }
    const parsed = stored.safeParse(raw);
    return parsed.success ? parsed.data : stored.parse({});
  }
}
