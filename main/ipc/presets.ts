import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type AnyRecipe, isClipRecipe, isStyleRecipe } from '../../contract/clip-recipe.ts';
import { GessoError } from '../../contract/errors.ts';
import type { PresetView } from '../../contract/views.ts';
import { storageError } from '../../models/library/storage.ts';
import { parseAnyRecipe, RECIPE_EXTENSION, readAnyRecipe, recipeText } from '../jobs/recipe-file.ts';
import { writeWhole } from '../jobs/write-whole.ts';
import type { Desktop } from './desktop.ts';
import type { ChannelHandlers } from './serve.ts';

export interface PresetsOptions {
  file: string;
  /** Whether the catalogue has such a model. */
  isKnown(model: string): boolean;
  changed(presets: PresetView[]): void;
}

/** What a preset is known by. */
type Named = Pick<PresetView, 'studio' | 'name'>;

/** Settings of the inspectors under names of their own, in a file; on their own they are recipe files. */
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
        kept.push(this.#toPreset(parseAnyRecipe(JSON.stringify(raw), 'A saved preset'), 'preset'));
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
  rename(studio: Named['studio'], from: string, to: string): void {
    if (from === to) return;
    const preset = this.get({ studio, name: from });
    if (this.#presets.some((each) => isSame(each, { studio, name: to }))) {
      const hint = 'Choose another name, or delete that one first.';
      throw new GessoError('usage/invalid', `There is a preset called ${to} already.`, hint);
    }
    this.#keep(this.#presets.map((each) => (each === preset ? { ...preset, name: to } : each)));
  }

  remove(named: Named): void {
    this.#keep(this.#presets.filter((each) => !isSame(each, named)));
  }

  /** @throws GessoError usage/invalid */
  get(named: Named): PresetView {
    const preset = this.#presets.find((each) => isSame(each, named));
    if (preset) return preset;
    throw new GessoError(
      'usage/invalid',
      `There is no preset called ${named.name}.`,
      'Choose one of the list.',
    );
  }

  /** Takes a recipe file in as a preset. @throws GessoError recipe/invalid, model/missing, ... */
  async import(file: string): Promise<PresetView> {
    const preset = this.#toPreset(await readAnyRecipe(file), path.basename(file));
    this.save(preset);
    return preset;
  }

  export(named: Named, file: string): void {
    const text = recipeText(toRecipe(this.get(named)));
    write(file, text);
  }

  #toPreset(recipe: AnyRecipe, from: string): PresetView {
    const name = recipe.name ?? stemOf(from);
    const models = recipe.steps.map(({ model }) => model);
    const unknown = models.find((model) => model !== undefined && !this.options.isKnown(model));
    if (unknown !== undefined)
      throw new GessoError(
        'model/missing',
        `${recipe.name ?? from} asks for the model ${unknown}, which this Gesso does not know.`,
        'Update Gesso, or write one of `gesso models list` into the file.',
      );
    if (isStyleRecipe(recipe))
      throw new GessoError(
        'recipe/invalid',
        `${name} is a recipe of Style, of which there are no presets yet.`,
        'Run it with `gesso run RECIPE FILES`.',
      );
    if (isClipRecipe(recipe))
      return { studio: 'interpolate', name, steps: recipe.steps, output: recipe.output };
    return { studio: 'restore', name, steps: recipe.steps, output: recipe.output };
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
  const at = presets.findIndex((each) => isSame(each, preset));
  return at < 0 ? [...presets, preset] : presets.with(at, preset);
}

function isSame(a: Named, b: Named): boolean {
  return a.studio === b.studio && a.name === b.name;
}

function toRecipe(preset: PresetView): AnyRecipe {
  const { name } = preset;
  if (preset.studio === 'interpolate') return { gesso: 1, name, steps: preset.steps, output: preset.output };
  return { gesso: 1, name, steps: preset.steps, output: preset.output };
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
    'preset.rename': ({ studio, from, to }) => {
      mayWrite();
      presets.rename(studio, from, to);
    },
    'preset.remove': (named) => {
      mayWrite();
      presets.remove(named);
    },
    'preset.export': async (named) => {
      const plain = named.name.replace(/[/\\:*?"<>|\p{Cc}]/gu, '-');
      const file = await desktop.chooseTarget(plain + RECIPE_EXTENSION);
      if (file !== undefined) presets.export(named, file);
      return { saved: file !== undefined };
    },
    'preset.import': async () => {
      mayWrite();
      const file = await desktop.chooseRecipe();
      if (file === undefined) return {};
      const { studio, name } = await presets.import(file);
      return { preset: { studio, name } };
    },
  } satisfies Partial<ChannelHandlers>;
}
