import type { JobView } from '../../contract/views.ts';

export function totalOf({ counts }: JobView): number {
  return Object.values(counts).reduce((a, b) => a + b, 0);
}

/** Something is left to do in it. */
export function isOpen({ counts }: JobView): boolean {
  return counts.queued + counts.running > 0;
}
