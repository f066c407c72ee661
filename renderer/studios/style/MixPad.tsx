import { changeLook, getState, lookOf, useStudio } from '../../app/store.ts';
import { endStep, holdStep } from '../../app/undo.ts';
import { Pad } from '../../ui/Pad.tsx';
import { percentsOf } from '../../ui/percents.ts';
import { t } from '../../ui/words.ts';
import { keyOf, nameOf, withShares } from './shelf.ts';
import { type Thumbs, useImages } from './thumbs.ts';

/** Where the handle goes says how the styles are mixed. */
function mix(weights: number[]): void {
  const look = lookOf(getState().style);
  holdStep();
  changeLook(withShares(look, weights));
}

/** Two to four styles at the corners of a shape, and a handle between them: all of a drag is one step of the history. */
export function MixPad({ thumbs }: { thumbs: Thumbs }) {
  const look = useStudio(({ style }) => lookOf(style));
  const pictures = useStudio((state) => state.stylePictures);
  const imageOf = useImages(thumbs);
  const percents = percentsOf(look.styles.map(({ weight }) => weight));
  const shared = look.styles.map(({ from }, at) =>
    t('style.padShare', { name: nameOf(from, pictures), percent: percents[at] ?? 0 }),
  );
  return (
    <Pad
      label={t('style.pad')}
      text={shared.join(', ')}
      corners={look.styles.map(({ from, weight }) => ({ key: keyOf(from), weight, image: imageOf(from) }))}
      onMove={mix}
      onEnd={endStep}
    />
  );
}
