import { existsSync } from 'node:fs';
import path from 'node:path';
import { GessoError } from '../../contract/errors.ts';
import type { SettingsView } from '../../contract/settings.ts';
import { type ShortcutChanges, shortcutsOf } from '../../contract/shortcuts.ts';
import { compareDevices } from '../jobs/compare-devices.ts';
import type { StoredSettings } from '../jobs/settings.ts';
import type { Ids } from './ids.ts';
import { viewModels } from './models-view.ts';
import type { ChannelHandlers } from './serve.ts';
import type { Studio } from './studio.ts';

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

type Handled = 'settings.change' | 'device.list' | 'device.measure';

export function settingsHandlers(studio: Studio): Pick<ChannelHandlers, Handled> {
  const { workshop } = studio.options;
  const { settings } = workshop;
  const placeOf = (id: string | null | undefined) => (id ? studio.folders.key(id) : undefined);

  return {
    'settings.change': ({ device, memoryLimit, results, openFrom, shortcuts }) => {
      if (shortcuts) refuseClashes(shortcuts);
      settings.change({
        ...(device !== undefined && { device }),
        ...(memoryLimit !== undefined && { memoryLimit }),
        ...(results !== undefined && { results: placeOf(results) }),
        ...(openFrom !== undefined && { openFrom: placeOf(openFrom) }),
        ...(shortcuts && { shortcuts }),
      });
    },
    'device.list': async () => {
      const { offered, devices } = await studio.devices.get();
      return { offered, auto: devices };
    },
    'device.measure': async ({ model: id }, signal) => {
      studio.refuseWhile('working');
      const model = workshop.readyModels().find(({ descriptor }) => descriptor.id === id);
      if (!model)
        throw new GessoError('model/missing', `The model ${id} is not installed.`, 'Install it first.');
      await compareDevices(workshop, {
        model,
        signal,
        onProgress: (device, fraction) => studio.page?.emit('device.measuring', { device, fraction }),
      });
      studio.page?.emit('models.changed', viewModels(studio));
    },
  };
}

/** The page offers no clash; what comes all the same is a mistake. */
function refuseClashes(changes: ShortcutChanges): void {
  const shortcuts = shortcutsOf(changes);
  for (const [id, keys] of Object.entries(changes))
    if (keys !== null && shortcuts.get(id as keyof ShortcutChanges) !== keys)
      throw new GessoError(
        'usage/invalid',
        `${keys} belongs to another action, or to the system.`,
        'Choose other keys.',
      );
}
