import { readFileSync } from 'node:fs';
import path from 'node:path';
import { GessoError } from '../../contract/errors.ts';
import type { Recipe } from '../../contract/recipe.ts';
import type { PresetView } from '../../contract/views.ts';
import { storageError } from '../../models/library/storage.ts';
import { parseRecipe, RECIPE_EXTENSION, readRecipe, recipeText } from '../jobs/recipe-file.ts';
import { writeWhole } from '../jobs/write-whole.ts';
import type { Desktop } from './desktop.ts';
import type { ChannelHandlers } from './serve.ts';

export interface PresetsOptions {
  file: string;
  /** Whether the catalogue has such a model. */
  isKnown(model: string): boolean;
  changed(presets: PresetView[]): void;
}

/** Settings of the inspector under names of their own, in a file; on their own they are recipe files. */
export class Presets {
  #presets: PresetView[] = [];

  constructor(private readonly options: PresetsOptions) {}

  list(): PresetView[] {
    return this.#presets;
  }

  /** Reads the file. What of it cannot be used is left out and said. Returns what was wrong with it. */
  load(): GessoError[] {
    const kept: PresetView[] = [];
    const problems: GessoError[] = [];
    for (const raw of this.#read(problems)) {
      try {
        kept.push(this.#toPreset(parseRecipe(JSON.stringify(raw), 'A saved preset'), 'preset'));
      } catch (thrown) {
        problems.push(GessoError.from(thrown));
      }
    }
    this.#presets = kept.reduce(withPreset, []);
    return problems;
  }

  /** A name that is there already is replaced. @throws GessoError output/no-space, output/denied */
  save(preset: PresetView): void {
    this.#keep(withPreset(this.#presets, preset));
  }

  /** @throws GessoError usage/invalid where there is another one of that name */
  rename(from: string, to: string): void {
    if (from === to) return;
    const preset = this.get(from);
    if (this.#presets.some(({ name }) => name === to)) {
      const hint = 'Choose another name, or delete that one first.';
      throw new GessoError('usage/invalid', `There is a preset called ${to} already.`, hint);
    }
    this.#keep(this.#presets.map((each) => (each === preset ? { ...preset, name: to } : each)));
  }

  remove(name: string): void {
    this.#keep(this.#presets.filter((each) => each.name !== name));
  }

  /** @throws GessoError usage/invalid */
  get(name: string): PresetView {
    const preset = this.#presets.find((each) => each.name === name);
    if (preset) return preset;
    throw new GessoError('usage/invalid', `There is no preset called ${name}.`, 'Choose one of the list.');
  }

  /** Takes a recipe file in as a preset; returns its name. @throws GessoError recipe/invalid, model/missing, ... */
  async import(file: string): Promise<string> {
    const preset = this.#toPreset(await readRecipe(file), path.basename(file));
    this.save(preset);
    return preset.name;
  }

  export(name: string, file: string): void {
    const text = recipeText(toRecipe(this.get(name)));
    write(file, text);
  }

  #toPreset({ name, steps, output }: Recipe, from: string): PresetView {
    const unknown = steps.find(({ model }) => model !== undefined && !this.options.isKnown(model));
    if (unknown)
      throw new GessoError(
        'model/missing',
        `${name ?? from} asks for the model ${unknown.model}, which this Gesso does not know.`,
        'Update Gesso, or write one of `gesso models list` into the file.',
      );
    return { name: name ?? stemOf(from), steps, output };
  }

  #read(problems: GessoError[]): unknown[] {
    let text: string;
    try {
      text = readFileSync(this.options.file, 'utf8');
    } catch {
      // None saved yet.
      return [];
    }
    try {
      const { presets } = JSON.parse(text);
      if (Array.isArray(presets)) return presets;
    } catch {
      // Said below.
    }
    const hint = `They are in ${this.options.file}; correct it, or save them again.`;
    problems.push(new GessoError('recipe/invalid', 'The saved presets cannot be read.', hint));
    return [];
  }

  #keep(presets: PresetView[]): void {
    write(this.options.file, `${JSON.stringify({ gesso: 1, presets: presets.map(toRecipe) }, null, 1)}\n`);
    this.#presets = presets;
    this.options.changed(presets);
  }
}

function write(file: string, text: string): void {
  try {
    writeWhole(file, text);
  } catch (cause) {
    throw storageError(cause, file) ?? cause;
  }
}

function withPreset(presets: readonly PresetView[], preset: PresetView): PresetView[] {
  const at = presets.findIndex(({ name }) => name === preset.name);
  return at < 0 ? [...presets, preset] : presets.with(at, preset);
}

function toRecipe({ name, steps, output }: PresetView): Recipe {
  return { gesso: 1, name, steps, output };
}

/** "Letters.gesso.json" -> "Letters" */
function stemOf(file: string): string {
  return file.replace(/(\.gesso)?\.json$/i, '') || file;
}

/**
 * What main does for the presets' channels.
 * @param mayWrite throws while the data is on its way to another folder
 */
export function presetHandlers(presets: Presets, desktop: Desktop, mayWrite: () => void) {
  return {
    'preset.save': (preset) => {
      mayWrite();
      presets.save(preset);
    },
    'preset.rename': ({ from, to }) => {
      mayWrite();
      presets.rename(from, to);
    },
    'preset.remove': ({ name }) => {
      mayWrite();
      presets.remove(name);
    },
    'preset.export': async ({ name }) => {
      const plain = name.replace(/[/\\:*?"<>|\p{Cc}]/gu, '-');
      const file = await desktop.chooseTarget(plain + RECIPE_EXTENSION);
      if (file !== undefined) presets.export(name, file);
      return { saved: file !== undefined };
    },
    'preset.import': async () => {
      mayWrite();
      const file = await desktop.chooseRecipe();
      return file === undefined ? {} : { name: await presets.import(file) };
    },
  } satisfies Partial<ChannelHandlers>;
}
