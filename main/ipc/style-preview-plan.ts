/** Longest side of what a preview shows at least, pixels. */
const SHOWN = 640;
/** Longest side that the network sees while a slider moves, and once it rests. */
export const MOST_SEEN = { quick: 640, fine: 2048 } as const;

export interface PreviewPlan {
  /** Longest side of the copy that is painted, pixels. */
  readonly side: number;
  /** How many times broader strokes are than on the copy as it is. */
  readonly brush: number;
  /** The network sees what an export has it see: strokes are as they will be. */
  readonly isTrue: boolean;
}

/**
 * How a picture is painted to be looked at. An export shows the network the picture at 1 / brush of its size; a preview
 * shows it the same, or as much as there is time for, in which case strokes come out broader than they will be.
 * @param longest side of the picture, pixels
 * @param most longest side that the network may see
 */
export function planPreview(longest: number, brush: number, most: number): PreviewPlan {
  const wanted = longest / brush;
  const seen = Math.min(wanted, most);
  const side = Math.round(Math.min(longest, Math.max(SHOWN, seen)));
  // Rounding a side must not take a brush past what there is.
  return { side, brush: Math.min(4, Math.max(0.25, side / seen)), isTrue: seen === wanted };
}
