/** How sure `auto` wants to be... */
const AUTO_THRESHOLD = 0.25;
/** ...and how far a change must stand out from those around it: fast motion changes every frame. */
const STANDS_OUT = 1.8;
const AROUND = 4;

/**
 * The first frames of scenes. The engine and the window find the same ones.
 * @param changes how much of each frame is new, 0..1, as the look at a clip found it
 * @param scene a recipe's: `auto` wants a change that is large and stands out; a number is the least change itself
 */
export function findCuts(changes: ArrayLike<number>, scene: 'auto' | 'off' | number): number[] {
  if (scene === 'off') return [];
  const cuts: number[] = [];
  for (let i = 1; i < changes.length; i += 1) {
    const change = changes[i]!;
    const isCut = scene === 'auto' ? isAutoCut(changes, i) : change > 0 && change >= scene;
    if (isCut) cuts.push(i);
  }
  return cuts;
}

function isAutoCut(changes: ArrayLike<number>, i: number): boolean {
  const change = changes[i]!;
  if (change < AUTO_THRESHOLD) return false;
  const around: number[] = [];
  for (let j = Math.max(1, i - AROUND); j <= Math.min(changes.length - 1, i + AROUND); j += 1)
    if (j !== i) around.push(changes[j]!);
  around.sort((a, b) => a - b);
  const median = around[around.length >> 1] ?? 0;
  return change >= STANDS_OUT * median;
}
