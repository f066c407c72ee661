import type { Display } from '../../contract/views.ts';
import { CompareStage } from '../canvas/compare-stage.ts';
import { decode } from '../canvas/pictures.ts';
import type { ShownPicture } from '../canvas/shown.ts';
import { t } from '../ui/words.ts';
import { type Viewed, wantedOn } from './on-canvas.ts';
import { getState, setState, useStudio } from './store.ts';

let current: CompareStage | undefined;

/** The canvas that is mounted now; actions of menu and keys go to it. */
export function stage(): CompareStage | undefined {
  return current;
}

const wide = () => matchMedia('(color-gamut: p3)');

/** The colours that this screen can show, as far as the system says. */
export function displayColours(): Display {
  return wide().matches ? 'p3' : 'srgb';
}

/** Hears that the window is on another kind of screen, until the returned function is called. */
export function onDisplayChanged(listener: () => void): () => void {
  const query = wide();
  query.addEventListener('change', listener);
  return () => query.removeEventListener('change', listener);
}

const listeners = new Set<() => void>();

/** Hears that another part of the picture may be in sight, once a frame at most, until the returned function is called. */
export function onSeen(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** A picture as the canvas takes it: decoded, and as often as it is to be seen. */
async function shownOf({ view, word, times = 1 }: Viewed): Promise<ShownPicture> {
  const image = await decode(view);
  const named = word === undefined ? {} : { word };
  if (times === 1) return { image, view, ...named };
  const canvas = document.createElement('canvas');
  canvas.width = image.naturalWidth * times;
  canvas.height = image.naturalHeight * times;
  const context = canvas.getContext('2d')!;
  for (let at = 0; at < times * times; at++)
    context.drawImage(image, (at % times) * image.naturalWidth, Math.floor(at / times) * image.naturalHeight);
  const [width, height] = [view.width * times, view.height * times];
  return { image: canvas, view: { ...view, width, height, previewWidth: width }, ...named };
}

/** Mounts the canvas in `area` and keeps it showing what is selected; returns how to take it away again. */
export function mountStage(area: HTMLElement): () => void {
  const made = new CompareStage(area, t, displayColours(), {
    zoomed(zoom) {
      if (zoom !== getState().zoom) setState({ zoom });
    },
    pointed(readout) {
      if (readout || getState().readout) setState({ readout });
    },
    moved() {
      for (const listener of listeners) listener();
    },
  });
  current = made;
  let spoken = getState().language.spoken;
  let shown = '';
  let latest = 0;
  const follow = async () => {
    const state = getState();
    made.setMode(state.viewMode, state.gain);
    if (state.language.spoken !== spoken) made.reword();
    spoken = state.language.spoken;
    const wanted = wantedOn(state);
    const key = wanted?.state ?? '';
    if (key === shown) return;
    shown = key;
    const turn = ++latest;
    if (!wanted) {
      made.show(undefined);
      return;
    }
    const viewed = await wanted.fetch(displayColours());
    if (turn !== latest) return;
    if (!viewed.ok) {
      made.show(undefined);
      setState({ unshown: wanted.source });
      // A picture that failed says why in its own place.
      if (!wanted.error) setState({ notice: viewed.error });
      return;
    }
    const views = viewed.value;
    const { profile, display } = views.before.view;
    setState({ unshown: undefined, colours: { profile, shown: display } });
    const decoded = await Promise.all([shownOf(views.before), views.after && shownOf(views.after)]).catch(
      () => undefined,
    );
    if (turn !== latest) return;
    if (!decoded) {
      // Its preview was given up for newer ones in the meantime: asked again at the next change.
      shown = '';
      made.show(undefined);
      return;
    }
    const [before, after] = decoded;
    // A picture that took longer than the user's patience must not replace the one chosen since.
    if (turn === latest) made.show({ key: wanted.key, before, after });
  };
  const unsubscribe = useStudio.subscribe(() => void follow());
  void follow();
  return () => {
    unsubscribe();
    latest = -1;
    made.dispose();
    // Nothing is on the canvas: the bars that tell of it go.
    setState({ zoom: 0, readout: undefined, colours: undefined });
    if (current === made) current = undefined;
  };
}
