import type { ClipPart } from '../../contract/clip-recipe.ts';
import type { PictureMasks } from '../../contract/masks.ts';
import type { PageSession } from '../../contract/session.ts';
import { bridge } from './bridge.ts';
import { EMPTY_ROOM, idsOf, roomIn, type StudioState, useStudio } from './store.ts';

/** A slider that is dragged is told once, not for every step; milliseconds. */
const TOLD_AFTER_MS = 100;

/** What the page looks like, for main to keep. */
export function sessionOf(state: StudioState): PageSession {
  const { panel, viewMode, gain, settings, studio, clip, style, generate, isTiled, playerMode, learn } =
    state;
  const open = new Set([
    ...idsOf(roomIn(state, 'restore').sources),
    ...idsOf(roomIn(state, 'style').sources),
    ...idsOf(roomIn(state, 'generate').sources),
  ]);
  const pictures = roomIn(state, 'restore');
  const clips = roomIn(state, 'interpolate');
  const painted = roomIn(state, 'style');
  const known: Record<string, ClipPart> = {};
  for (const { id } of clips.sources) if (state.parts[id]) known[id] = state.parts[id];
  return {
    ...{ selected: pictures.selected, sort: pictures.sort },
    ...{ panel, viewMode, gain, settings, studio },
    clip: { selected: clips.selected, sort: clips.sort, mode: playerMode, settings: clip, parts: known },
    style: { selected: painted.selected, sort: painted.sort, settings: style },
    generate: { selected: roomIn(state, 'generate').selected, settings: generate, isTiled },
    learn,
    masks: Object.fromEntries(
      Object.entries(state.masks).flatMap(([id, of]) => (of && open.has(id) ? [[id, defined(of)]] : [])),
    ),
  };
}

/** The masks that are there. */
function defined(masks: PictureMasks): Record<string, string> {
  return Object.fromEntries(Object.entries(masks).flatMap(([layer, mask]) => (mask ? [[layer, mask]] : [])));
}

/** What a session says of the state. */
export function stateOf(session: PageSession): Partial<StudioState> {
  const { selected, sort, clip, style, generate, learn, studio, panel, viewMode, gain, settings } = session;
  const rooms = {
    restore: { ...EMPTY_ROOM, selected, sort },
    interpolate: { ...EMPTY_ROOM, ...(clip && { selected: clip.selected, sort: clip.sort }) },
    style: { ...EMPTY_ROOM, ...(style && { selected: style.selected, sort: style.sort }) },
    generate: { ...EMPTY_ROOM, ...(generate && { selected: generate.selected }) },
    learn: EMPTY_ROOM,
  };
  const { [studio]: shown, ...away } = rooms;
  return {
    ...{ studio, panel, viewMode, gain, settings },
    ...{ ...shown, away },
    ...(clip && { clip: clip.settings, playerMode: clip.mode, parts: clip.parts }),
    ...(style && { style: style.settings }),
    ...(generate && { generate: generate.settings, isTiled: generate.isTiled }),
    ...(learn && { learn }),
    masks: session.masks,
  };
}

/** Tells main what the page looks like whenever that changes, so that it can be so again after a restart. */
export function keepSession(): void {
  let told = JSON.stringify(sessionOf(useStudio.getState()));
  let isWaiting = false;
  useStudio.subscribe(() => {
    if (isWaiting) return;
    isWaiting = true;
    setTimeout(() => {
      isWaiting = false;
      const session = sessionOf(useStudio.getState());
      const text = JSON.stringify(session);
      if (text === told) return;
      told = text;
      // Half-typed values are refused: the last whole ones stay.
      void bridge.saveSession(session);
    }, TOLD_AFTER_MS);
  });
}
