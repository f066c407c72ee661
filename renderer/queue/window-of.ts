/** Frames beyond the edges that are there before they scroll in. */
const SPARE = 4;

export interface StripPlace {
  /** Scrolled this far, CSS pixels. */
  left: number;
  width: number;
  /** From one frame's left edge to the next one's. */
  pitch: number;
}

/** Which of `count` frames have to be there, from and up to (not including); a strip of a thousand draws a dozen. */
export function windowOf(count: number, { left, width, pitch }: StripPlace): { from: number; to: number } {
  const from = Math.max(0, Math.floor(left / pitch) - SPARE);
  return { from: Math.min(from, count), to: Math.min(count, Math.ceil((left + width) / pitch) + SPARE) };
}

/** Where to scroll so that frame `index` is whole in sight; the same place if it is already. */
export function scrolledTo(index: number, { left, width, pitch }: StripPlace): number {
  const start = index * pitch;
  if (start < left) return start;
  return Math.max(left, start + pitch - width);
}
