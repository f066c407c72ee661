import { MODEL_TASKS, type ModelTask } from '../../contract/tasks.ts';
import type { ModelView } from '../../contract/views.ts';
import { type Family, families } from '../studios/restore/choose.ts';
import { goodFor, t } from '../ui/words.ts';

export interface LibraryFilter {
  words: string;
  task: ModelTask | 'all';
  installedOnly: boolean;
}

export const NO_FILTER: LibraryFilter = { words: '', task: 'all', installedOnly: false };

interface TaskGroup {
  task: ModelTask;
  families: Family[];
}

/** A family is for what its first model is for. */
function taskOf({ models: [first] }: Family): ModelTask {
  return first?.task ?? 'upscale';
}

/** The families that a filter lets through, under their tasks in the order of the tasks; no group is empty. */
export function groupsOf(models: readonly ModelView[], filter: LibraryFilter): TaskGroup[] {
  const found = families(models).filter((family) => passes(family, filter));
  return MODEL_TASKS.map((task) => ({
    task,
    families: found.filter((family) => taskOf(family) === task),
  })).filter((group) => group.families.length > 0);
}

/** How many families each task has, whatever is searched for. */
export function countsOf(models: readonly ModelView[]): Record<ModelTask | 'all', number> {
  const all = families(models);
  const counts = MODEL_TASKS.map((task) => [task, all.filter((family) => taskOf(family) === task).length]);
  return { ...Object.fromEntries(counts), all: all.length };
}

function passes(family: Family, { words, task, installedOnly }: LibraryFilter): boolean {
  if (task !== 'all' && taskOf(family) !== task) return false;
  if (installedOnly && !family.models.some(({ installed }) => installed)) return false;
  const text = plain(textOf(family));
  return plain(words)
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** What a family can be found by: all that its card shows. */
function textOf(family: Family): string {
  const [first] = family.models;
  if (!first) return family.name;
  const names = family.models.flatMap(({ id, name, licence, importedFrom = '' }) => [
    id,
    name,
    licence,
    importedFrom,
  ]);
  const { authors, character } = first;
  return [
    family.name,
    ...names,
    authors,
    goodFor(first),
    t(`models.character.${character}`),
    t(`models.task.${first.task}`),
  ].join(' ');
}

/** "Réal × 4" -> "real x 4": accents, case and the multiplication sign make no difference. */
function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replaceAll('×', 'x').trim();
}
