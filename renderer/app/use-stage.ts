import { useEffect, useRef, useSyncExternalStore } from 'react';
import { displayColours, mountStage, onDisplayChanged } from './stage.ts';

/** The colours of the screen that the window is on. */
function useDisplay() {
  return useSyncExternalStore(onDisplayChanged, displayColours);
}

/** The one hook between React and the canvas: it owns the element, the canvas does everything in it. */
export function useStage() {
  const area = useRef<HTMLElement>(null);
  const display = useDisplay();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another screen gets another canvas
  useEffect(() => (area.current ? mountStage(area.current) : undefined), [display]);
  return area;
}
