import { type DragEvent, useState } from 'react';
import { getState, setState } from '../app/store.ts';

/** What is dropped here, and what of it is taken. */
interface Drop {
  /** The type of data that is taken; anything else goes by. */
  type: string;
  take(data: DataTransfer): void;
}

/** A place that takes what is dropped on it, so that nobody around it does. */
export function useDrop({ type, take }: Drop) {
  const [isOver, setOver] = useState(false);
  /** Whether it is meant for here, and is nobody else's then. */
  const isTaken = (event: DragEvent): boolean => {
    if (!event.dataTransfer.types.includes(type)) return false;
    event.preventDefault();
    event.stopPropagation();
    // On its way here it was over what opens files.
    if (getState().isDropping) setState({ isDropping: false });
    return true;
  };
  return {
    isOver,
    handlers: {
      onDragOver(event: DragEvent) {
        if (!isTaken(event)) return;
        event.dataTransfer.dropEffect = 'copy';
        setOver(true);
      },
      onDragLeave(event: DragEvent) {
        const to = event.relatedTarget;
        if (!(to instanceof Node && event.currentTarget.contains(to))) setOver(false);
      },
      onDrop(event: DragEvent) {
        setOver(false);
        if (isTaken(event)) take(event.dataTransfer);
      },
    },
  };
}
