import type { ClipPart } from '../../contract/clip-recipe.ts';
import type { PageSession } from '../../contract/session.ts';
import { bridge } from './bridge.ts';
import { EMPTY_ROOM, roomIn, type StudioState, useStudio } from './store.ts';

/** A slider that is dragged is told once, not for every step; milliseconds. */
const TOLD_AFTER_MS = 100;

function sessionOf(state: StudioState): PageSession {
  const { panel, viewMode, gain, settings, studio, clip, playerMode } = state;
  const pictures = roomIn(state, 'restore');
  const clips = roomIn(state, 'interpolate');
  const known: Record<string, ClipPart> = {};
  for (const { id } of clips.sources) if (state.parts[id]) known[id] = state.parts[id];
  return {
    ...{ selected: pictures.selected, sort: pictures.sort },
    ...{ panel, viewMode, gain, settings, studio },
    clip: { selected: clips.selected, sort: clips.sort, mode: playerMode, settings: clip, parts: known },
  };
}

/** What a session says of the state. */
export function stateOf(session: PageSession): Partial<StudioState> {
  const { selected, sort, clip, studio, panel, viewMode, gain, settings } = session;
  const pictures = { ...EMPTY_ROOM, selected, sort };
  const clips = { ...EMPTY_ROOM, ...(clip && { selected: clip.selected, sort: clip.sort }) };
  const rooms =
    studio === 'restore'
      ? { ...pictures, away: { interpolate: clips } }
      : { ...clips, away: { restore: pictures } };
  return {
    ...{ studio, panel, viewMode, gain, settings },
    ...rooms,
    ...(clip && { clip: clip.settings, playerMode: clip.mode, parts: clip.parts }),
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
