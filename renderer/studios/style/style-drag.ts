import { type DragEvent, useState } from 'react';
import { type ShelfStyle, shelfStyle } from '../../../contract/style-settings.ts';
import { changeLook, getState, lookOf } from '../../app/store.ts';
import { joined } from './shelf.ts';

/** What a style of the shelf is while it is dragged. */
const TYPE = 'application/x-gesso-style';

/** A style of the shelf can be dragged. */
export function dragOf(from: ShelfStyle) {
  return {
    draggable: true,
    onDragStart({ dataTransfer }: DragEvent) {
      dataTransfer.setData(TYPE, JSON.stringify(from));
      dataTransfer.effectAllowed = 'copy';
    },
  } as const;
}

/** Styles that are dropped here join the mixture. */
export function useMixDrop() {
  const [isOver, setOver] = useState(false);
  const hasStyle = (event: DragEvent) => event.dataTransfer.types.includes(TYPE);
  return {
    isOver,
    handlers: {
      onDragOver(event: DragEvent) {
        if (!hasStyle(event)) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = 'copy';
        setOver(true);
      },
      onDragLeave(event: DragEvent) {
        const to = event.relatedTarget;
        if (!(to instanceof Node && event.currentTarget.contains(to))) setOver(false);
      },
      onDrop(event: DragEvent) {
        setOver(false);
        if (!hasStyle(event)) return;
        event.preventDefault();
        // Another program may offer anything under that name.
        const dropped = shelfStyle.safeParse(parsed(event.dataTransfer.getData(TYPE)));
        if (dropped.success) changeLook(joined(lookOf(getState().style), dropped.data));
      },
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
