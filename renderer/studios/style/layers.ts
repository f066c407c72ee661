import type { StyleLayer, StyleLook } from '../../../contract/style-settings.ts';
import { MOST_LAYERS } from '../../../contract/tasks.ts';
import type { StyleSettings } from '../../app/store.ts';

type Stack = Pick<StyleSettings, 'layers' | 'layer'>;

/** Whether something is to be seen of it. */
export function isPainted({ styles }: StyleLook): boolean {
  return styles.some(({ weight }) => weight > 0);
}

/** Layers that something is to be seen of. */
export function shownLayers(layers: readonly StyleLayer[]): StyleLayer[] {
  return layers.filter(({ isShown, look }) => isShown && isPainted(look));
}

/** A layer more, just above the one that the inspector shows, which it shows then. A full stack stays as it is. */
export function withLayer<S extends Stack>(stack: S, added: StyleLayer): S {
  if (stack.layers.length >= MOST_LAYERS) return stack;
  const at = stack.layers.findIndex(({ id }) => id === stack.layer) + 1;
  return { ...stack, layers: stack.layers.toSpliced(at, 0, added), layer: added.id };
}

/** Without a layer; the one below is shown then. The last one stays. */
export function withoutLayer<S extends Stack>(stack: S, id: string): S {
  const at = stack.layers.findIndex((layer) => layer.id === id);
  if (at < 0 || stack.layers.length === 1) return stack;
  const layers = stack.layers.toSpliced(at, 1);
  const layer = stack.layer === id ? layers[Math.max(0, at - 1)]!.id : stack.layer;
  return { ...stack, layers, layer };
}

/** With a layer so many places higher, or lower; it stops at the ends. */
export function moved<S extends Stack>(stack: S, id: string, by: number): S {
  const from = stack.layers.findIndex((layer) => layer.id === id);
  const to = Math.min(stack.layers.length - 1, Math.max(0, from + by));
  if (from < 0 || to === from) return stack;
  const layers = stack.layers.toSpliced(from, 1).toSpliced(to, 0, stack.layers[from]!);
  return { ...stack, layers };
}
