import type { Args } from '../../contract/channels.ts';
import { attempt, bridge } from '../app/bridge.ts';
import type { StudioState } from '../app/store.ts';
import { setState } from '../app/store.ts';

/** Changes settings; what comes of it is told to every part of the page by main. */
export async function settle(patch: Args<'settings.change'>): Promise<void> {
  await attempt(bridge.changeSettings(patch));
}

export function showPage(settingsPage: StudioState['settingsPage']): void {
  setState({ panel: 'settings', settingsPage });
}

/** From a page of its own back to all settings. */
export const backToAll = () => showPage('all');
