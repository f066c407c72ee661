import type { Display } from '../../contract/views.ts';
import { CompareStage } from '../canvas/compare-stage.ts';
import { decode } from '../canvas/pictures.ts';
import { t } from '../ui/words.ts';
import { bridge } from './bridge.ts';
import { getState, selectedSource, setState, useStudio } from './store.ts';

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
    const source = selectedSource(state);
    const isShowable = source?.state === 'ready';
    const item = source?.item;
    const hasResult = item !== undefined && ['done', 'skipped'].includes(item.status);
    const key = isShowable ? `${source.id} ${hasResult ? item.id : ''}` : '';
    if (key === shown) return;
    shown = key;
    const turn = ++latest;
    if (!isShowable) {
      made.show(undefined);
      return;
    }
    const viewed = await bridge.viewSource({ id: source.id, display: displayColours() });
    if (turn !== latest) return;
    if (!viewed.ok) {
      made.show(undefined);
      setState({ unshown: source.id });
      // A picture that failed says why in its own place.
      if (!item?.error) setState({ notice: viewed.error });
      return;
    }
    const views = viewed.value;
    setState({ unshown: undefined, colours: { profile: views.before.profile, shown: views.before.display } });
    const decoded = await Promise.all([
      decode(views.before).then((image) => ({ image, view: views.before })),
      views.after && decode(views.after).then((image) => ({ image, view: views.after! })),
    ]).catch(() => undefined);
    if (turn !== latest) return;
    if (!decoded) {
      // Its preview was given up for newer ones in the meantime: asked again at the next change.
      shown = '';
      made.show(undefined);
      return;
    }
    const [before, after] = decoded;
    // A picture that took longer than the user's patience must not replace the one chosen since.
    if (turn === latest) made.show({ key: source.id, before, after });
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
