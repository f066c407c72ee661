import type { ModelView } from '../../contract/views.ts';
import type { Studio } from './studio.ts';

/** The catalogue as the page shows it: what is installed, how large, how fast on the device that would run it. */
export function viewModels({ devices, options: { workshop } }: Studio): ModelView[] {
  const { library, store, settings } = workshop;
  // The first device of those that a choice may come to of which something is known.
  const speeds = devices.of(settings.values.device).map((device) => store.speeds(device));
  return library.list().map(({ entry, installed, bytes }) => {
    const pixelsPerSecond = speeds.map((known) => known.get(entry.id)).find((speed) => speed !== undefined);
    return {
      id: entry.id,
      name: entry.name,
      task: entry.task,
      scale: entry.scale,
      family: entry.family,
      character: entry.character,
      goodFor: entry.goodFor,
      authors: entry.authors,
      licence: entry.licence,
      installed: installed !== undefined,
      bundled: installed?.bundled ?? false,
      bytes,
      ...(pixelsPerSecond !== undefined && { speed: pixelsPerSecond / 1e6 }),
      ...(installed && { source: installed.source, installedAt: installed.installedAt }),
    };
  });
}
