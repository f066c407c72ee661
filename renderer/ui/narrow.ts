import { useSyncExternalStore } from 'react';

/** Below this the inspector has no room beside the canvas; app/narrow.css has the same width. */
const narrow = () => matchMedia('(max-width: 899.98px)');

export const isNarrow = () => narrow().matches;

/** Whether the window is so narrow, or its text so large, that panels are drawers over the canvas. */
export function useNarrow(): boolean {
  return useSyncExternalStore(subscribe, isNarrow);
}

function subscribe(changed: () => void): () => void {
  const query = narrow();
  query.addEventListener('change', changed);
  return () => query.removeEventListener('change', changed);
}
