import type { DragEvent } from 'react';
import { isModelFile, isPartOfModel } from '../../contract/model-files.ts';
import { importDropped } from '../library/install.ts';
import { take } from '../studios/generate/take.ts';
import { bridge } from './bridge.ts';
import { takeToLearn } from './learn-changes.ts';
import { showOpened } from './open.ts';
import { getState, setState } from './store.ts';

/** Models are imported; of the rest, pictures and clips are opened, and a recipe becomes a preset and what is set. */
async function open(files: readonly File[]): Promise<void> {
  if (getState().studio === 'generate') return take(files);
  if (getState().studio === 'learn') return takeToLearn(files);
  const models = files.filter(({ name }) => isModelFile(name));
  const others = files.filter(
    ({ name }) => !isModelFile(name) && !(models.length > 0 && isPartOfModel(name)),
  );
  if (models.length > 0) void importDropped(models);
  if (others.length === 0) return;
  await showOpened(bridge.addDropped(others, getState().studio));
}

/** Files dropped anywhere on the window are opened; anything else that is dragged is left alone. */
export function useFileDrop() {
  const hasFiles = (event: DragEvent) => event.dataTransfer.types.includes('Files');
  return {
    onDragOver(event: DragEvent) {
      if (!hasFiles(event)) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = 'copy';
      setState({ isDropping: true });
    },
    onDragLeave(event: DragEvent) {
      const to = event.relatedTarget;
      if (!(to instanceof Node && event.currentTarget.contains(to))) setState({ isDropping: false });
    },
    onDrop(event: DragEvent) {
      setState({ isDropping: false });
      if (!hasFiles(event)) return;
      event.preventDefault();
      void open([...event.dataTransfer.files]);
    },
  };
}
