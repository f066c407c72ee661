import { Draft } from '../canvas/draft.ts';
import { decode } from '../canvas/pictures.ts';
import { t } from '../ui/words.ts';
import { bridge } from './bridge.ts';
import { displayColours, stage } from './stage.ts';
import { type StudioState, selectedSource, setState, useStudio } from './store.ts';

/** The picture on the canvas while it is being restored. */
function watchedIn(state: StudioState): string | undefined {
  const source = selectedSource(state);
  return source?.item?.status === 'running' ? source.id : undefined;
}

/** Shows tiles of the result on the canvas as they are finished; returns how to end that. */
export function followLive(): () => void {
  let watched: string | undefined;
  let draft: Draft | undefined;
  const leave = (state: StudioState) => {
    // What is there so far stays until the whole result takes its place.
    const isDone = selectedSource(state)?.item?.status === 'done';
    if (draft && !isDone) stage()?.endDraft(draft);
    draft = undefined;
    setState({ isLive: false });
  };
  const endings = [
    bridge.onLiveMade(async ({ source, key, url, place, size, opacity }) => {
      const image = await decode({ url }).catch(() => undefined);
      if (!image || source !== watched) return;
      if (!stage()?.seenOf(source)) return;
      if (!draft) {
        draft = new Draft(t('preview.soFar'), size);
        setState({ isLive: true });
      }
      // At first, and when another canvas was made (another screen).
      if (stage()?.draft !== draft) stage()?.setDraft(draft);
      stage()?.addPiece(key, image, place, opacity);
    }),
    useStudio.subscribe((state) => {
      const now = watchedIn(state);
      if (now === watched) return;
      watched = now;
      leave(state);
      void bridge.watchLive({ source: now, display: displayColours() });
    }),
    () => void bridge.watchLive({ display: displayColours() }),
  ];
  return () => {
    for (const ending of endings) ending();
  };
}
