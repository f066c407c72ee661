import type { Outcome } from '../../contract/bridge.ts';
import type { Reply } from '../../contract/channels.ts';
import { choosePreset } from '../studios/choose-preset.ts';
import { attempt, bridge } from './bridge.ts';
import { chooseToLearn } from './learn-changes.ts';
import { getState, goTo } from './store.ts';

/** Goes where what was opened is, and makes a preset among it what is set. */
export async function showOpened(call: Promise<Outcome<Reply<'sources.add'>>>): Promise<void> {
  const opened = await attempt(call);
  if (!opened) return;
  const { studio, presets } = opened;
  if (studio) goTo(studio);
  const name = presets?.at(-1);
  if (name === undefined) return;
  const preset = getState().presets.findLast(
    (each) => each.name === name && (!studio || each.studio === studio),
  );
  if (preset) choosePreset(preset);
}

/** Asks with the system's dialog for sources of the studio on screen. */
export function openFrom(what: 'files' | 'folder'): Promise<void> {
  if (getState().studio === 'learn') return chooseToLearn(what);
  return showOpened(bridge.openSources({ what, studio: getState().studio }));
}

export function pasteSources(): Promise<void> {
  return showOpened(bridge.pasteSources({ studio: getState().studio }));
}

export function openSample(): Promise<void> {
  return showOpened(bridge.addSample({ studio: getState().studio }));
}

export function openRecent(id: string): Promise<void> {
  return showOpened(bridge.openRecent({ id, studio: getState().studio }));
}
