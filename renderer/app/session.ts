import type { PageSession } from '../../contract/session.ts';
import { bridge } from './bridge.ts';
import { type StudioState, useStudio } from './store.ts';

/** A slider that is dragged is told once, not for every step; milliseconds. */
const TOLD_AFTER_MS = 100;

function sessionOf({ selected, panel, viewMode, gain, settings, sort }: StudioState): PageSession {
  return { selected, panel, viewMode, gain, settings, sort };
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
