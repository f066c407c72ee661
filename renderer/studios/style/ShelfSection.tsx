import { useLayoutEffect, useRef } from 'react';
import { attempt, bridge } from '../../app/bridge.ts';
import { changeLook, getState, lookOf, setState, useStudio } from '../../app/store.ts';
import { Check } from '../../ui/Check.tsx';
import { useDrop } from '../../ui/use-drop.ts';
import { t } from '../../ui/words.ts';
import { areInstalled } from './models.ts';
import { ShelfTile } from './ShelfTile.tsx';
import { isFavourite, keyOf, onShelf } from './shelf.ts';
import { surprise } from './surprise.ts';
import { type Thumbs, useImages } from './thumbs.ts';

/** All styles, favourites first: the user's own pictures, and those that are built in, on the picture on the canvas. */
export function ShelfSection({ thumbs }: { thumbs: Thumbs }) {
  const pictures = useStudio((state) => state.stylePictures);
  const taste = useStudio((state) => state.taste);
  const isFavouritesOnly = useStudio((state) => state.isFavouritesOnly);
  const imageOf = useImages(thumbs);
  const drop = useStyleDrop();
  const shelf = useRef<HTMLDivElement>(null);
  /** The style whose star was pressed last. */
  const starred = useRef<string>(undefined);
  // It goes to another place of the shelf, and what is moved there loses the focus.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another taste is what moves it
  useLayoutEffect(() => {
    const star = shelf.current?.querySelector<HTMLElement>(`[data-style='${starred.current}'] .shelf-star`);
    if (document.activeElement === document.body) star?.focus();
    starred.current = undefined;
  }, [taste]);
  const all = onShelf(pictures, taste);
  const shown = isFavouritesOnly ? all.filter((from) => isFavourite(taste, from)) : all;
  return (
    <section className="section" aria-labelledby="shelf" {...drop.handlers}>
      <div className="row section-head">
        <h2 id="shelf">{t('style.shelf')}</h2>
        <button type="button" className="link" onClick={surpriseMe}>
          {t('style.random')}
        </button>
        <button type="button" className="link" onClick={() => void attempt(bridge.openStyles())}>
          {t('style.add')}
        </button>
      </div>
      <Check isOn={isFavouritesOnly} onChange={(isOn) => setState({ isFavouritesOnly: isOn })}>
        {t('style.favouritesOnly')}
      </Check>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields */}
      <div
        ref={shelf}
        className="shelf"
        role="group"
        aria-label={t('style.shelf')}
        data-dropping={drop.isOver}
      >
        {shown.map((from) => (
          <ShelfTile
            key={keyOf(from)}
            from={from}
            image={imageOf(from)}
            onStar={() => {
              starred.current = keyOf(from);
            }}
          />
        ))}
        {shown.length === 0 && <p className="faint note shelf-none">{t('style.noFavourites')}</p>}
      </div>
    </section>
  );
}

/** Of what can be painted with the models that are there, or of all where there are none yet. */
function surpriseMe(): void {
  const { style, stylePictures, taste, models } = getState();
  const readable = stylePictures.filter(({ error }) => !error);
  const all = onShelf(readable, taste);
  const paintable = all.filter((from) => areInstalled([{ look: { styles: [{ from, weight: 1 }] } }], models));
  changeLook(surprise(lookOf(style), paintable.length > 0 ? paintable : all, taste, Math.random));
}

/** Pictures that are dropped on the shelf are styles, and not opened. */
function useStyleDrop() {
  return useDrop({ type: 'Files', take: ({ files }) => void attempt(bridge.addStyles([...files])) });
}
