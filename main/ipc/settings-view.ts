import { existsSync } from 'node:fs';
import path from 'node:path';
import type { SettingsView } from '../../contract/settings.ts';
import type { StoredSettings } from '../jobs/settings.ts';
import type { Ids } from './ids.ts';

/** The settings as the page may know them: folders by their names, with ids that it can hand back. */
export function viewSettings(values: StoredSettings, folders: Ids<string>): SettingsView {
  const folder = (place: string | undefined) =>
    place === undefined ? undefined : { id: folders.of(place), name: path.basename(place) || place };
  const { device, memoryLimit, results, openFrom, shortcuts, comparison } = values;
  return {
    device,
    memoryLimit,
    results: folder(results),
    openFrom: folder(openFrom),
    shortcuts,
    comparison,
  };
}

/** Where a dialog that opens pictures begins; undefined where nothing is known or it is gone. */
export function openFolder({ openFrom, openedLast }: StoredSettings): string | undefined {
  return [openFrom, openedLast].find((place) => place !== undefined && existsSync(place));
}
