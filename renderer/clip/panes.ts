import type { PlayerMode } from '../../contract/session.ts';
import type { Size } from '../canvas/view.ts';

export interface Box extends Size {
  readonly x: number;
  readonly y: number;
}

/** Where pictures lie in the player, device pixels. */
export interface Panes {
  readonly source?: Box;
  readonly result?: Box;
  /** Source and result lie over each other, divided at a share of the width. */
  readonly isDivided: boolean;
}

/** Between two pictures side by side. */
const GAP = 4;

/** The largest box of that shape in the middle of another. */
function fitted(aspect: number, { x, y, width, height }: Box): Box {
  const fits = Math.min(width, height * aspect);
  const made = { width: Math.max(1, Math.round(fits)), height: Math.max(1, Math.round(fits / aspect)) };
  return {
    ...made,
    x: x + Math.round((width - made.width) / 2),
    y: y + Math.round((height - made.height) / 2),
  };
}

/**
 * Lays out the player: side by side or one above the other, whichever shows more.
 * @param aspect width by height of a frame @param hasResult left out of the layout where there is none
 */
export function panesOf(mode: PlayerMode, size: Size, aspect: number, hasResult: boolean): Panes {
  const whole = { x: 0, y: 0, ...size };
  const one = fitted(aspect, whole);
  if (!hasResult || mode === 'source') return { source: one, isDivided: false };
  switch (mode) {
    case 'result':
      return { result: one, isDivided: false };
    case 'split':
    case 'flicker':
      return { source: one, result: one, isDivided: mode === 'split' };
    case 'side': {
      const beside = halves(whole, 'x').map((half) => fitted(aspect, half));
      const above = halves(whole, 'y').map((half) => fitted(aspect, half));
      const [source, result] = beside[0]!.width >= above[0]!.width ? beside : above;
      return { source: source!, result: result!, isDivided: false };
    }
  }
}

function halves({ x, y, width, height }: Box, axis: 'x' | 'y'): [Box, Box] {
  if (axis === 'x') {
    const half = Math.max(1, Math.floor((width - GAP) / 2));
    return [
      { x, y, width: half, height },
      { x: x + width - half, y, width: half, height },
    ];
  }
  const half = Math.max(1, Math.floor((height - GAP) / 2));
  return [
    { x, y, width, height: half },
    { x, y: y + height - half, width, height: half },
  ];
}
