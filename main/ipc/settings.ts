import { GessoError } from '../../contract/errors.ts';
import { type ShortcutChanges, shortcutsOf } from '../../contract/shortcuts.ts';
import { compareDevices } from '../jobs/compare-devices.ts';
import type { ChannelHandlers } from './serve.ts';
import type { Studio } from './studio.ts';

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
      studio.refuseWhileWorking();
      studio.data.refuseWhileMoving();
      const model = workshop.readyModels().find(({ descriptor }) => descriptor.id === id);
      if (!model)
        throw new GessoError('model/missing', `The model ${id} is not installed.`, 'Install it first.');
      await compareDevices(workshop, {
        model,
        signal,
        onProgress: (device, fraction) => studio.page?.emit('device.measuring', { device, fraction }),
      });
      studio.page?.emit('models.changed', studio.models());
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
