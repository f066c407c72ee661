import type { Colour } from '../canvas/readout.ts';
import { t } from '../ui/words.ts';
import { useStudio } from './store.ts';

/** The pixel under the pointer: where it is, and its colour before and after. */
export function PixelReadout() {
  const readout = useStudio((state) => state.readout);
  if (!readout) return null;
  const { x, y, before, after } = readout;
  return (
    <span className="readout numbers">
      {x}, {y}
      {before &&
        ` · ${after ? t('canvas.readout.before', { colour: colourText(before) }) : colourText(before)}`}
      {after && ` · ${t('canvas.readout.after', { colour: colourText(after) })}`}
    </span>
  );
}

/** "120 98 77"; with its share of 255 where it is not opaque. */
function colourText([red, green, blue, alpha]: Colour): string {
  const colour = `${red} ${green} ${blue}`;
  return alpha === 255 ? colour : `${colour} / ${alpha}`;
}
