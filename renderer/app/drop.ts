import type { DragEvent } from 'react';
import { choosePreset } from '../studios/restore/PresetSection.tsx';
import { attempt, bridge } from './bridge.ts';
import { setState } from './store.ts';

/** A recipe that is dropped becomes a preset, and what is set. */
async function open(files: readonly File[]): Promise<void> {
  const opened = await attempt(bridge.addDropped(files));
  const preset = opened?.presets?.at(-1);
  if (preset !== undefined) choosePreset(preset);
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
