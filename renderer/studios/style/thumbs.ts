import { useEffect, useState } from 'react';
import type { ShelfStyle } from '../../../contract/style-settings.ts';
import { bridge } from '../../app/bridge.ts';
import { selectedSource, useStudio } from '../../app/store.ts';
import { nextTurn } from '../../app/turns.ts';
import { areInstalled } from './models.ts';

export type Thumbs = Readonly<Record<number, string | undefined>>;

/** The styles that are built in, each on the picture on the canvas; they come one after the other. */
export function useThumbs(): Thumbs {
  const source = useStudio((state) => {
    const selected = selectedSource(state);
    return selected?.state === 'ready' ? selected.id : undefined;
  });
  const isThere = useStudio(({ models }) =>
    areInstalled([{ look: { styles: [{ from: { builtIn: 0 }, weight: 1 }] } }], models),
  );
  const [thumbs, setThumbs] = useState<Thumbs>({});
  useEffect(() => {
    setThumbs({});
    if (source === undefined || !isThere) return;
    const turn = nextTurn();
    const unhear = bridge.onStyleThumb((thumb) => {
      if (thumb.turn === turn) setThumbs((all) => ({ ...all, [thumb.builtIn]: thumb.url }));
    });
    // What fails here is said by the preview and by the export; the shelf has its numbers.
    const call = bridge.makeStyleThumbs({ source, turn });
    return () => {
      unhear();
      call.cancel();
    };
  }, [source, isThere]);
  return thumbs;
}

/** The picture that stands for a style; undefined: none yet, or it cannot be read. */
export function useImages(thumbs: Thumbs): (from: ShelfStyle) => string | undefined {
  const pictures = useStudio((state) => state.stylePictures);
  return (from) => {
    if ('builtIn' in from) return thumbs[from.builtIn];
    const own = pictures.find(({ id }) => id === from.picture);
    return own?.error ? undefined : own?.thumb;
  };
}
