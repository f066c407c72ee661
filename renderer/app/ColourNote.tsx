import { t } from '../ui/words.ts';
import { useStudio } from './store.ts';

const NAMES = { srgb: 'sRGB', p3: 'Display P3' };

/** Which colour profile the picture has, and in which colours the canvas shows it where that is another. */
export function ColourNote() {
  const colours = useStudio((state) => state.colours);
  const isShown = useStudio(({ zoom }) => zoom > 0);
  if (!colours || !isShown) return null;
  const shown = NAMES[colours.shown];
  const own = colours.profile ?? t('canvas.colours.none');
  // Many profiles of sRGB are called more than that.
  const isSame = own.startsWith(shown);
  return (
    <span className="colour-note faint">{isSame ? own : t('canvas.colours.shown', { own, shown })}</span>
  );
}
