import type { ModelDescriptor } from '../../contract/descriptor.ts';
import { GessoError } from '../../contract/errors.ts';
import type { RestoreStep } from '../../contract/recipe.ts';

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
  /** The model that the result is named after. */
  model: string;
  /** What the user should know of the choice. */
  note?: string;
}

/** The faithful default for a scale (README, facts: 2.5 dB and more over Lanczos). */
export function defaultModel(scale: number): string {
  return scale === 2 ? 'span-x2' : 'span-x4';
}

const DEFAULT_SCALE = 2;
const MOST_PASSES = 3;
const PREFERENCE: ModelDescriptor['character'][] = ['faithful', 'plain', 'generous'];

/**
 * Chooses models for a step from what is installed.
 * @throws GessoError model/missing, with the command that installs it.
 */
export function resolveStep(step: RestoreStep, installed: readonly ReadyModel[]): ResolvedStep {
  if (step.model !== undefined) {
    const named = installed.find((model) => model.descriptor.id === step.model);
    if (!named) throw missing(step.model);
    const scale = step.scale ?? named.descriptor.scale;
    return { passes: chain(named, installed, scale), scale, model: step.model };
  }
  const scale = step.scale ?? DEFAULT_SCALE;
  const wanted = defaultModel(scale);
  const found = installed.find((model) => model.descriptor.id === wanted);
  const chosen = found ?? best(installed, step.task, scale);
  if (!chosen) throw missing(wanted);
  return {
    passes: chain(chosen, installed, scale),
    scale,
    model: chosen.descriptor.id,
    ...(!found && { note: `${wanted} is not installed; ${chosen.descriptor.id} was used instead.` }),
  };
}

function missing(id: string): GessoError {
  return new GessoError(
    'model/missing',
    `The model ${id} is not installed.`,
    `Install it with \`gesso models install ${id}\`, or in the library.`,
  );
}

/** The installed model that comes closest: faithful before generous, then the least work beyond the scale. */
function best(installed: readonly ReadyModel[], task: string, scale: number): ReadyModel | undefined {
  const cost = ({ descriptor }: ReadyModel) =>
    PREFERENCE.indexOf(descriptor.character) * 1000 +
    (descriptor.scale >= scale ? descriptor.scale - scale : 100 + scale - descriptor.scale);
  return installed
    .filter(({ descriptor }) => descriptor.task === task && descriptor.scale > 1)
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
