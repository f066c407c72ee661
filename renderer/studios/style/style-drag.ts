import type { DragEvent } from 'react';
import { type ShelfStyle, shelfStyle } from '../../../contract/style-settings.ts';
import { changeLook, getState, lookOf } from '../../app/store.ts';
import { useDrop } from '../../ui/use-drop.ts';
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
  return useDrop({
    type: TYPE,
    take(data) {
      // Another program may offer anything under that name.
      const dropped = shelfStyle.safeParse(parsed(data.getData(TYPE)));
      if (dropped.success) changeLook(joined(lookOf(getState().style), dropped.data));
    },
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
