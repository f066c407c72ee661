/** What a mask is painted with. */
export const MASK_TOOLS = ['brush', 'eraser', 'lasso', 'gradient', 'colour'] as const;
export type MaskTool = (typeof MASK_TOOLS)[number];

/** How it is painted now. */
export interface BrushState {
  readonly tool: MaskTool;
  /** Of the brush, as a share of the picture's longer side: a mask of any picture can be painted with it. */
  readonly size: number;
  /** The share of the brush that covers in full, 0..1. */
  readonly hardness: number;
  /** How unlike a colour may be, 0..1; see `selectColour`. */
  readonly tolerance: number;
  /** Only what hangs together with the point. */
  readonly isConnected: boolean;
  /** The mask is shown over the picture. */
  readonly isShown: boolean;
}

export const FIRST_BRUSH: BrushState = {
  tool: 'brush',
  size: 0.08,
  hardness: 0.6,
  tolerance: 0.12,
  isConnected: true,
  isShown: true,
};

const SMALLEST = 0.002;
const LARGEST = 0.6;

/** A brush that is a step larger, or smaller. */
export function resized(brush: BrushState, direction: 1 | -1): BrushState {
  const size = Math.min(LARGEST, Math.max(SMALLEST, brush.size * 1.25 ** direction));
  return { ...brush, size };
}

/** What a tool does to the mask, unless it is asked for the opposite (Alt). */
export function takesAway(tool: MaskTool, isOpposite: boolean): boolean {
  return (tool === 'eraser') !== isOpposite;
}
