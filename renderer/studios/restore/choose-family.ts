import type { Task } from '../../../contract/tasks.ts';
import { changeSettings, DEFAULT_SETTINGS, getState, setState } from '../../app/store.ts';
import { defaultFamily } from './choose.ts';

/** Another family for the step that the inspector shows. */
export function chooseFamily(family: string): void {
  const { models, settings } = getState();
  const isEnlarging = models.some((model) => model.family === family && model.scale > 1);
  // What a model before this one kept at its size is enlarged from now on.
  const scale = isEnlarging && settings.scale === 1 ? DEFAULT_SETTINGS.scale : settings.scale;
  changeSettings({ family, scale });
}

/** Another task for it, with the model to begin with; where there is none, the library says how to come by one. */
export function chooseTask(task: Task): void {
  const family = defaultFamily(getState().models, task);
  if (family === undefined) showInLibrary(task);
  else chooseFamily(family);
}

/** The library with the models of one task. */
export function showInLibrary(task: Task | undefined): void {
  setState(({ libraryFilter }) => ({
    panel: 'models',
    libraryFilter: task ? { words: '', task, installedOnly: false } : libraryFilter,
  }));
}
