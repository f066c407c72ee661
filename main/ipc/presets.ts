import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import {
  type AnyRecipe,
  isClipRecipe,
  isGenerateRecipe,
  isLearnRecipe,
  isStyleRecipe,
} from '../../contract/clip-recipe.ts';
import { GessoError } from '../../contract/errors.ts';
import { onPad } from '../../contract/latent-step.ts';
import type { LearnRecipe } from '../../contract/learn-step.ts';
import type { PresetView } from '../../contract/views.ts';
import { storageError } from '../../models/library/storage.ts';
import { parseAnyRecipe, RECIPE_EXTENSION, readAnyRecipe, recipeText } from '../jobs/recipe-file.ts';
import { writeWhole } from '../jobs/write-whole.ts';
import type { Desktop } from './desktop.ts';
import { type Files, recipeStep, toPageStep } from './page-step.ts';
import type { ChannelHandlers } from './serve.ts';
import { picturesOf, recipeOfStyle, type Shelf, viewOfStyle, withoutMasks } from './style-preset.ts';

export interface PresetsOptions {
  file: string;
  /** Whether the catalogue has such a model. */
  isKnown(model: string): boolean;
  /** Where presets of Style have their pictures. */
  shelf: Shelf & { add(files: readonly string[]): void };
  /** What presets of Generate are made with. */
  files: Files;
  changed(presets: PresetView[]): void;
}

/** What a preset is known by. */
type Named = Pick<PresetView, 'studio' | 'name'>;

/** What is learnt is no preset: it is of these pictures alone. */
type PresetRecipe = Exclude<AnyRecipe, LearnRecipe>;
type NamedRecipe = PresetRecipe & { name: string };

/** Settings of the inspectors under names of their own, in a file; on their own they are recipe files. */
export class Presets {
  #presets: NamedRecipe[] = [];
  /** As they were told last. */
  #told = '';
  /** Deleted since the start: what the page brings back may want pictures that it has no ids for. */
  #removed: NamedRecipe[] = [];

  constructor(private readonly options: PresetsOptions) {}

  list(): PresetView[] {
    return this.#presets.map((preset) => this.#view(preset));
  }

  /** Tells them again where another shelf makes others of them. */
  shelfChanged(): void {
    const views = this.list();
    if (JSON.stringify(views) !== this.#told) this.#tell(views);
  }

  /** Reads the file. What of it cannot be used is left out and said. Returns what was wrong with it. */
  load(): GessoError[] {
    const kept: NamedRecipe[] = [];
    const problems: GessoError[] = [];
    for (const raw of this.#read(problems)) {
      try {
        kept.push(this.#checked(parseAnyRecipe(JSON.stringify(raw), 'A saved preset'), 'preset'));
      } catch (thrown) {
        problems.push(GessoError.from(thrown));
      }
    }
    this.#presets = kept.reduce(withPreset, []);
    this.#told = JSON.stringify(this.list());
    return problems;
  }

  /** A name that is there already is replaced. @throws GessoError output/no-space, output/denied */
  save(preset: PresetView): void {
    const text = JSON.stringify(preset);
    const removed = this.#removed.find((each) => JSON.stringify(this.#view(each)) === text);
    this.#keep(withPreset(this.#presets, removed ?? toRecipe(preset, this.options)));
  }

  /** @throws GessoError usage/invalid where there is another one of that name */
  rename(studio: Named['studio'], from: string, to: string): void {
    if (from === to) return;
    const preset = this.#get({ studio, name: from });
    if (this.#presets.some((each) => isSame(each, { studio, name: to }))) {
      const hint = 'Choose another name, or delete that one first.';
      throw new GessoError('usage/invalid', `There is a preset called ${to} already.`, hint);
    }
    this.#keep(this.#presets.map((each) => (each === preset ? { ...preset, name: to } : each)));
  }

  remove(named: Named): void {
    const removed = this.#presets.filter((each) => isSame(each, named));
    this.#keep(this.#presets.filter((each) => !isSame(each, named)));
    this.#removed = removed.reduce(withPreset, this.#removed);
  }

  /** @throws GessoError usage/invalid */
  #get(named: Named): NamedRecipe {
    const preset = this.#presets.find((each) => isSame(each, named));
    if (preset) return preset;
    throw new GessoError(
      'usage/invalid',
      `There is no preset called ${named.name}.`,
      'Choose one of the list.',
    );
  }

  /**
   * Takes a recipe file in as a preset; pictures that it paints in go on the shelf.
   * @throws GessoError recipe/invalid, model/missing, input/unreadable, ...
   */
  async import(file: string): Promise<PresetView> {
    const preset = this.#checked(await readAnyRecipe(file), path.basename(file));
    if (isStyleRecipe(preset)) this.#toShelf(picturesOf(preset.steps), preset.name);
    this.#keep(withPreset(this.#presets, preset));
    return this.#view(preset);
  }

  export(named: Named, file: string): void {
    write(file, recipeText(this.#get(named)));
  }

  #toShelf(pictures: readonly string[], name: string): void {
    const { shelf } = this.options;
    const gone = pictures.find((picture) => shelf.idOf(picture) === undefined && !existsSync(picture));
    if (gone !== undefined)
      throw new GessoError(
        'input/unreadable',
        `${path.basename(gone)}, in whose style ${name} paints, is not there.`,
        `It is looked for at ${gone}; put it there, or write its new place into the recipe.`,
      );
    const added = pictures.filter((picture) => shelf.idOf(picture) === undefined);
    if (added.length > 0) shelf.add(added);
  }

  #view(preset: NamedRecipe): PresetView {
    const { name } = preset;
    if (isStyleRecipe(preset)) return viewOfStyle({ ...preset, name }, this.options.shelf);
    if (isGenerateRecipe(preset)) {
      const [step] = preset.steps;
      return { studio: 'generate', name, step: toPageStep(step, this.options.files), output: preset.output };
    }
    if (isClipRecipe(preset))
      return { studio: 'interpolate', name, steps: preset.steps, output: preset.output };
    return { studio: 'restore', name, steps: preset.steps, output: preset.output };
  }

  #checked(recipe: AnyRecipe, from: string): NamedRecipe {
    const name = recipe.name ?? stemOf(from);
    if (isLearnRecipe(recipe))
      throw new GessoError(
        'recipe/invalid',
        `${name} is something to learn, not a preset.`,
        'Use it with `gesso learn`.',
      );
    // A diffusion model may be imported later, or again.
    const models = isGenerateRecipe(recipe) ? [] : recipe.steps.map(({ model }) => model);
    const unknown = models.find((model) => model !== undefined && !this.options.isKnown(model));
    if (unknown !== undefined)
      throw new GessoError(
        'model/missing',
        `${recipe.name ?? from} asks for the model ${unknown}, which this Gesso does not know.`,
        'Update Gesso, or write one of `gesso models list` into the file.',
      );
    if (isGenerateRecipe(recipe)) {
      const [step] = recipe.steps;
      // The inspector asks for one picture; what a walk passes are its pins.
      return { ...recipe, name, steps: [step.kind === 'latent' ? onPad(step) : step] };
    }
    return isStyleRecipe(recipe)
      ? { ...withoutMasks(recipe, recipe.name ?? from), name }
      : { ...recipe, name };
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

  #keep(presets: NamedRecipe[]): void {
    write(this.options.file, `${JSON.stringify({ gesso: 1, presets }, null, 1)}\n`);
    this.#presets = presets;
    this.#tell(this.list());
  }

  #tell(views: PresetView[]): void {
    this.#told = JSON.stringify(views);
    this.options.changed(views);
  }
}

function write(file: string, text: string): void {
  try {
    writeWhole(file, text);
  } catch (cause) {
    throw storageError(cause, file) ?? cause;
  }
}

function withPreset(presets: readonly NamedRecipe[], preset: NamedRecipe): NamedRecipe[] {
  const at = presets.findIndex((each) => isSame(each, { studio: presetStudio(preset), name: preset.name }));
  return at < 0 ? [...presets, preset] : presets.with(at, preset);
}

/** The studio that it is a preset of. */
function presetStudio(preset: NamedRecipe): Named['studio'] {
  return preset.steps[0]?.studio ?? 'restore';
}

function isSame(preset: NamedRecipe, { studio, name }: Named): boolean {
  return presetStudio(preset) === studio && preset.name === name;
}

function toRecipe(
  preset: PresetView,
  { shelf, files }: Pick<PresetsOptions, 'shelf' | 'files'>,
): NamedRecipe {
  const { name } = preset;
  if (preset.studio === 'style') return recipeOfStyle(preset, shelf);
  if (preset.studio === 'generate')
    return { gesso: 1, name, steps: [recipeStep(preset.step, files)], output: preset.output };
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
