import type { InterpolateStep } from '../../contract/clip-recipe.ts';
import type { ModelDescriptor } from '../../contract/descriptor.ts';
import { GessoError } from '../../contract/errors.ts';
import type { RestoreStep } from '../../contract/recipe.ts';
import type { StyleStep } from '../../contract/style-recipe.ts';
import {
  BUILT_IN_PAINTER,
  DEFAULT_INTERPOLATION,
  DEFAULT_MODELS,
  DEFAULT_PAINTER,
  isOfRestore,
  MOST_SCALE,
} from '../../contract/tasks.ts';

/** A model that can run now. */
export interface ReadyModel {
  /** Absolute path of the ONNX file. */
  file: string;
  descriptor: ModelDescriptor;
}

export interface ResolvedStep {
  /** Models in the order they run; their scales multiply to at least `scale`. */
  passes: ReadyModel[];
  /** Output pixels per input pixel, exactly as wished. */
  scale: number;
  strength: number;
  /** The model that the result is named after. */
  model: string;
  /** What the user should know of the choice. */
  note?: string;
}

/** All steps of a recipe. */
export interface ResolvedRecipe {
  steps: ResolvedStep[];
  /** Output pixels per input pixel of all steps together. */
  scale: number;
  /** What the result is named after: the models, joined. */
  model: string;
  notes: string[];
}

/**
 * The default of each task: one that makes damaged pictures measurably better (docs/models.md); for an enlargement the
 * faithful one of the scale (2.5 dB and more over Lanczos).
 */
export function defaultModel(task: RestoreStep['task'], scale = DEFAULT_SCALE): string {
  if (task === 'upscale') return scale === 2 ? 'span-x2' : 'span-x4';
  return DEFAULT_MODELS[task];
}

const DEFAULT_SCALE = 2;
const MOST_PASSES = 3;
const PREFERENCE: ModelDescriptor['character'][] = ['faithful', 'plain', 'generous'];

/**
 * Chooses models for all steps.
 * @throws GessoError model/missing, recipe/invalid
 */
export function resolveSteps(
  steps: readonly RestoreStep[],
  installed: readonly ReadyModel[],
): ResolvedRecipe {
  const resolved = steps.map((step) => resolveStep(step, installed));
  const scale = resolved.reduce((product, step) => product * step.scale, 1);
  if (scale > MOST_SCALE)
    throw new GessoError(
      'recipe/invalid',
      `The steps enlarge ${scale} times together; ${MOST_SCALE} times is the most.`,
      'Choose smaller scales, or take an enlargement out.',
    );
  return {
    steps: resolved,
    scale,
    model: resolved.map(({ model }) => model).join('+'),
    notes: resolved.flatMap(({ note }) => (note ? [note] : [])),
  };
}

/**
 * The model that makes a clip's frames.
 * @throws GessoError model/missing, with the command that installs it; recipe/invalid for one of another kind
 */
export function resolveInterpolation(
  { model }: Pick<InterpolateStep, 'model'>,
  installed: readonly ReadyModel[],
): ReadyModel {
  const id = model ?? DEFAULT_INTERPOLATION;
  const found = installed.find(({ descriptor }) => descriptor.id === id);
  if (found?.descriptor.task === 'interpolate') return found;
  if (found)
    throw new GessoError(
      'recipe/invalid',
      `${id} makes no frames between frames.`,
      'Choose a model for Interpolate: see `gesso models list`.',
    );
  throw new GessoError(
    'model/missing',
    `The model ${id} is not installed.`,
    `Install it with \`gesso models install ${id}\`, or in the library.`,
  );
}

/**
 * Chooses models for a step from what is installed.
 * @throws GessoError model/missing, with the command that installs it; recipe/invalid for one of another studio
 */
export function resolveStep(step: RestoreStep, installed: readonly ReadyModel[]): ResolvedStep {
  const { strength } = step;
  if (step.model !== undefined) {
    const named = installed.find((model) => model.descriptor.id === step.model);
    if (!named) throw missing(step.model);
    if (!isOfRestore(named.descriptor.task))
      throw new GessoError(
        'recipe/invalid',
        `${step.model} does not restore pictures.`,
        'Choose a model for Restore: see `gesso models list`.',
      );
    const scale = step.scale ?? named.descriptor.scale;
    return { passes: chain(named, installed, scale), scale, strength, model: step.model };
  }
  const scale = step.scale ?? (step.task === 'upscale' ? DEFAULT_SCALE : 1);
  const wanted = defaultModel(step.task, scale);
  const found = installed.find((model) => model.descriptor.id === wanted);
  const chosen = found ?? best(installed, step.task, scale);
  if (!chosen) throw missing(wanted);
  return {
    passes: chain(chosen, installed, scale),
    scale,
    strength,
    model: chosen.descriptor.id,
    ...(!found &&
      wanted && { note: `${wanted} is not installed; ${chosen.descriptor.id} was used instead.` }),
  };
}

/** The models that a step of Style needs, by what the engine calls them. */
export type StyleModels = Partial<Record<'painter' | 'reader' | 'builtIn', ReadyModel>>;

/** Ids of the models that a step needs, as far as they can be told without having them. */
export function styleModelIds({ model, styles }: Pick<StyleStep, 'model' | 'styles'>): string[] {
  const ofPictures = styles.some(({ from }) => 'picture' in from);
  const ofBuiltIn = styles.some(({ from }) => 'builtIn' in from);
  return [...(ofPictures ? [model ?? DEFAULT_PAINTER] : []), ...(ofBuiltIn ? [BUILT_IN_PAINTER] : [])];
}

/**
 * The models that paint, and the one that reads styles for them.
 * @throws GessoError model/missing, with the command that installs it; recipe/invalid for one of another kind
 */
export function resolveStyle(
  step: Pick<StyleStep, 'model' | 'styles'>,
  installed: readonly ReadyModel[],
): StyleModels {
  const need = (id: string) => {
    const found = installed.find(({ descriptor }) => descriptor.id === id);
    if (found) return found;
    throw missing(id);
  };
  const models: StyleModels = {};
  if (step.styles.some(({ from }) => 'picture' in from)) {
    const painter = need(step.model ?? DEFAULT_PAINTER);
    const { style } = painter.descriptor;
    if (style?.role !== 'paints' || style.reader === undefined)
      throw new GessoError(
        'recipe/invalid',
        `${painter.descriptor.id} paints no styles of pictures.`,
        'Choose a model for Style: see `gesso models list`.',
      );
    Object.assign(models, { painter, reader: need(style.reader) });
  }
  if (step.styles.some(({ from }) => 'builtIn' in from)) models.builtIn = need(BUILT_IN_PAINTER);
  return models;
}

/**
 * The network whose own space pictures are made of.
 * @throws GessoError model/missing, with the command that installs it; recipe/invalid for one of another kind
 */
export function resolveLatent(id: string, installed: readonly ReadyModel[]): ReadyModel {
  const found = installed.find(({ descriptor }) => descriptor.id === id);
  if (!found) throw missing(id);
  if (found.descriptor.latent) return found;
  throw new GessoError(
    'recipe/invalid',
    `${id} makes no pictures of numbers.`,
    'Choose a model for Generate: see `gesso models list`.',
  );
}

function missing(id: string): GessoError {
  return new GessoError(
    'model/missing',
    `The model ${id} is not installed.`,
    `Install it with \`gesso models install ${id}\`, or in the library.`,
  );
}

/** What nobody knows the licence of, or what is not for paid work, is taken only by name. */
function isFree(licence: string): boolean {
  return licence !== 'unknown' && !/\bNC\b/.test(licence);
}

/** The installed model that comes closest: faithful before generous, then the least work beyond the scale. */
function best(installed: readonly ReadyModel[], task: string, scale: number): ReadyModel | undefined {
  const cost = ({ descriptor }: ReadyModel) =>
    PREFERENCE.indexOf(descriptor.character) * 1000 +
    (descriptor.scale >= scale ? descriptor.scale - scale : 100 + scale - descriptor.scale);
  return installed
    .filter(({ descriptor }) => descriptor.task === task && (task !== 'upscale' || descriptor.scale > 1))
    .filter(({ descriptor }) => isFree(descriptor.licence))
    .toSorted((a, b) => cost(a) - cost(b))[0];
}

/**
 * The models to run one after the other: `first` at least once, helped by its family; the smallest product of scales
 * that reaches `scale`, then the fewest passes. What is too much is reduced afterwards.
 */
function chain(first: ReadyModel, installed: readonly ReadyModel[], scale: number): ReadyModel[] {
  if (first.descriptor.scale >= scale) return [first];
  const family = installed.filter(
    ({ descriptor }) => descriptor.family === first.descriptor.family && descriptor.scale > 1,
  );
  const product = (models: ReadyModel[]) => models.reduce((p, m) => p * m.descriptor.scale, 1);
  let chains: ReadyModel[][] = [[first]];
  const reached: ReadyModel[][] = [];
  for (let passes = 1; passes < MOST_PASSES; passes++) {
    chains = chains.flatMap((models) => family.map((next) => [...models, next]));
    reached.push(...chains.filter((models) => product(models) >= scale));
  }
  const shortest = reached.toSorted((a, b) => product(a) - product(b) || a.length - b.length)[0];
  if (shortest) return shortest;
  throw new GessoError(
    'recipe/invalid',
    `${first.descriptor.id} (x${first.descriptor.scale}) cannot reach x${scale}.`,
    'Choose a smaller scale or another model.',
  );
}
